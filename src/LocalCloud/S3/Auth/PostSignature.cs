using PhotoLambda.Aws;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>The signature in an upload form.</summary>
internal static class PostSignature
{
    /// <summary>The signature covers the policy's base64 as sent.</summary>
    /// <exception cref="S3Exception">It is missing, malformed or wrong.</exception>
    public static (PostPolicy Policy, Principal Principal, DateTimeOffset Time) Verify(
        PostForm form, SignatureVerifier verifier)
    {
        if (form.Field("policy") is not { } policy || form.Field("x-amz-signature") is not { } signature)
        {
            throw S3Error.AccessDenied();
        }

        if (form.Field("x-amz-algorithm") != SigV4.Algorithm)
        {
            throw S3Error.InvalidArgument("Unsupported algorithm", "x-amz-algorithm", form.Field("x-amz-algorithm"));
        }

        var credential = CredentialScope.Parse(form.Field("x-amz-credential"));
        if (credential is null || SignatureClaim.ParseTimestamp(form.Field("x-amz-date")) is not { } time
            || credential.Date != SigV4.Timestamp(time)[..8])
        {
            throw S3Error.InvalidArgument("The credential or the date of the form is mal-formed",
                "x-amz-credential", form.Field("x-amz-credential"));
        }

        var principal = verifier.PrincipalOf(credential);
        if (!SigV4.Same(SigV4.Hmac(principal.SigningKey(credential.Scope), policy), signature))
        {
            throw S3Error.SignatureDoesNotMatch(("StringToSign", policy), ("SignatureProvided", signature));
        }

        var document = new byte[policy.Length];
        return Convert.TryFromBase64String(policy, document, out var size)
            ? (new PostPolicy(document.AsMemory(0, size)), principal, time)
            : throw new S3Exception(400, "InvalidPolicyDocument", "Invalid Policy: Invalid base64.");
    }
}
