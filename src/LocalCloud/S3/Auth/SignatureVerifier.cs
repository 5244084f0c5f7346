using PhotoLambda.Aws;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>
/// Verifies SigV4 in header and query, and that the signature covers what it has to.
/// Source: AmazonS3/latest/API/sig-v4-authenticating-requests.html.
/// </summary>
internal sealed class SignatureVerifier(AccessControl access, TimeProvider clock)
{
    private static readonly string[] PayloadWords =
    [
        SigV4.UnsignedPayload, AwsChunkedBody.Signed, AwsChunkedBody.SignedTrailer, AwsChunkedBody.UnsignedTrailer,
    ];

    /// <exception cref="S3Exception">The request is anonymous, malformed, late, or not what was signed.</exception>
    public VerifiedSignature Verify(S3Request request)
    {
        var claim = SignatureClaim.Read(request);
        var principal = PrincipalOf(claim.Credential);
        var signingKey = principal.SigningKey(claim.Credential.Scope);
        SignatureRules.CheckTime(claim, clock.GetUtcNow());
        SignatureRules.CheckCoverage(claim, request);
        var payloadHash = PayloadHash(request);
        var headers = claim.SignedHeaders
            .Select(name => KeyValuePair.Create(name, CanonicalValue(request.Http.Request.Headers[name]))).ToList();
        var query = SigV4.CanonicalQuery(request.Target.Query
            .Where(pair => !pair.Key.Equals("X-Amz-Signature", StringComparison.OrdinalIgnoreCase)));
        // The second spelling is for clients that sign the path as they send it, e.g. with %2F or an unencoded quote.
        string[] paths = [SigV4.EncodePath(request.Target.Path), request.Target.RawPath];
        foreach (var path in paths)
        {
            var canonical = SigV4.CanonicalRequest(request.Method, path, query, headers, payloadHash);
            if (SigV4.Same(SigV4.Sign(signingKey, claim.Timestamp, claim.Credential.Scope, canonical), claim.Signature))
            {
                return new(principal, claim.Time, signingKey, claim.Timestamp, claim.Credential.Scope, claim.Signature,
                    payloadHash);
            }
        }

        throw Mismatch(claim, SigV4.CanonicalRequest(request.Method, paths[0], query, headers, payloadHash));
    }

    /// <exception cref="S3Exception">The access key is nobody's.</exception>
    public Principal PrincipalOf(CredentialScope credential) => access.Find(credential.AccessKeyId)
        ?? throw new S3Exception(403, "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            ("AWSAccessKeyId", credential.AccessKeyId));

    private static string PayloadHash(S3Request request) => request.Header("x-amz-content-sha256") switch
    {
        null when request.IsPresigned => SigV4.UnsignedPayload,
        null => throw S3Error.InvalidRequest("Missing required header for this request: x-amz-content-sha256"),
        { } word when PayloadWords.Contains(word) => word,
        { Length: 64 } hash when hash.All(char.IsAsciiHexDigitLower) => hash,
        var other => throw S3Error.InvalidArgument(
            $"x-amz-content-sha256 must be {string.Join(", ", PayloadWords)} or a valid sha256 value.",
            "x-amz-content-sha256", other),
    };

    /// <summary>Trimmed, inner runs of spaces as one; several lines of one header joined by a comma.</summary>
    private static string CanonicalValue(IEnumerable<string?> values) => string.Join(',', values
        .Select(value => string.Join(' ', (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    private static S3Exception Mismatch(SignatureClaim claim, string canonical) => S3Error.SignatureDoesNotMatch(
        ("AWSAccessKeyId", claim.Credential.AccessKeyId),
        ("StringToSign", SigV4.StringToSign(claim.Timestamp, claim.Credential.Scope, canonical)),
        ("SignatureProvided", claim.Signature),
        ("CanonicalRequest", canonical));
}
