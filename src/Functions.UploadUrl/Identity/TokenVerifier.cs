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

    public async ValueTask<Verification> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        var fault = CompactToken.Read(text, out var token) ?? await CheckSignatureAsync(token!, cancellationToken);
        if (fault is not null)
        {
            return new(null, fault);
        }

        using var claims = StrictJson.ParseObject(token!.Payload);
        return claims is null ? new(null, TokenFault.Malformed) : _rules.Check(claims.RootElement);
    }

    // The algorithm chooses the kind of key here, and the key must allow the algorithm: a public key is never taken for
    // a secret, and "none" is like any other name that is not listed.
    private async ValueTask<TokenFault?> CheckSignatureAsync(CompactToken token, CancellationToken cancellationToken)
    {
        if (token.Algorithm == SignatureAlgorithm.Hs256 && _secret is not null)
        {
            return _secret.Verifies(token) ? null : TokenFault.Signature;
        }

        if (!SignatureAlgorithm.IsAsymmetric(token.Algorithm))
        {
            return TokenFault.Algorithm;
        }

        var fitting = await keys.FindAsync(token, cancellationToken);
        return fitting switch
        {
            null => TokenFault.KeysUnavailable,
            { Count: 0 } => TokenFault.UnknownKey,
            _ => fitting.Any(k => k.Verifies(token)) ? null : TokenFault.Signature,
        };
    }
}
