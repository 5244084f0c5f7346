using System.Text;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// Decides whether a JSON Web Token (RFC 7519) names its bearer. Cheap checks come first; claims are not even parsed
/// before the signature is known to be good. The rules are those of RFC 8725.
/// </summary>
internal sealed class TokenVerifier(BearerTokenOptions options, SigningKeys keys, TimeProvider clock)
{
    private readonly ClaimRules _rules = new(options, clock);
    private readonly VerificationKey? _secret =
        options.Secret is { } secret ? VerificationKey.OfSecret(Encoding.UTF8.GetBytes(secret)) : null;

    public ValueTask<Verification> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > CompactToken.MaxLength)
        {
            return new(new Verification(null, TokenFault.TooLarge));
        }

        var digest = TokenDigest.Of(text);
        return keys.Recall(digest) is { } known
            ? new(_rules.CheckAgain(known))
            : VerifyAsync(text, digest, cancellationToken);
    }

    /// <returns>Null if no JWT authorizer verified claims for the request.</returns>
    public Verification? VerifyAuthorized(HttpContext http)
    {
        using var claims = AuthorizerClaims.Read(http, options);
        return claims is null ? null : _rules.Check(claims.RootElement);
    }

    // The algorithm chooses the kind of key here, and the key must allow the algorithm: a public key is never taken for
    // a secret, and "none" is like any other name that is not listed.
    private async ValueTask<Verification> VerifyAsync(
        string text, TokenDigest digest, CancellationToken cancellationToken)
    {
        if (CompactToken.Read(text, out var token) is { } malformed)
        {
            return new(null, malformed);
        }

        if (token!.Algorithm == SignatureAlgorithm.Hs256 && _secret is not null)
        {
            return _secret.Verifies(token) ? CheckClaims(token) : new(null, TokenFault.Signature);
        }

        if (!SignatureAlgorithm.IsAsymmetric(token.Algorithm))
        {
            return new(null, TokenFault.Algorithm);
        }

        var published = await keys.FindAsync(token, cancellationToken);
        if (CheckSignature(token, published) is { } fault)
        {
            return new(null, fault);
        }

        var verification = CheckClaims(token);
        if (verification.Caller is { } caller)
        {
            published!.Verified.Add(new(digest, caller, verification.Expiry));
        }

        return verification;
    }

    private static TokenFault? CheckSignature(CompactToken token, KeySet? published) =>
        published?.Fitting(token) switch
        {
            null => TokenFault.KeysUnavailable,
            { Count: 0 } => TokenFault.UnknownKey,
            { } fitting => fitting.Any(k => k.Verifies(token)) ? null : TokenFault.Signature,
        };

    private Verification CheckClaims(CompactToken token)
    {
        using var claims = StrictJson.ParseObject(token.Payload);
        return claims is null ? new(null, TokenFault.Malformed) : _rules.Check(claims.RootElement);
    }
}
