using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PhotoLambda.Aws;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Sqs;

/// <summary>Verifies the SigV4 signature of a request, in its <c>Authorization</c> header.</summary>
internal static class SqsSignature
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    /// <returns>Who signed it.</returns>
    /// <exception cref="SqsError">The request is not signed by a key of the local cloud, or was changed.</exception>
    public static Principal Verify(
        HttpRequest request, ReadOnlySpan<byte> body, AccessControl access, DateTimeOffset now)
    {
        var (accessKey, scope, signedNames, signature) = Parse(request.Headers.Authorization.ToString());
        if (access.Find(accessKey) is not { } principal)
        {
            throw SqsError.Denied("UnrecognizedClientException",
                $"The local cloud knows the access key '{CloudIdentity.AccessKeyId}', and those of its functions.",
                "InvalidClientTokenId");
        }

        var timestamp = request.Headers["X-Amz-Date"].ToString();
        CheckTime(timestamp, now);
        // Any region will do: it is whatever the developer's tools are set to, and the signature covers it.
        if (scope.Split('/') is not [var date, _, "sqs", "aws4_request"]
            || !timestamp.StartsWith(date, StringComparison.Ordinal))
        {
            throw Mismatch($"Credential should be scoped to the date of the request and to sqs, not to {scope}.");
        }

        CheckSignedNames(request, signedNames);
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var canonical = SigV4.CanonicalRequest(
            request.Method, SigV4.EncodePath(target[0]),
            SigV4.CanonicalQuery(SigV4.QueryPairs(target.ElementAtOrDefault(1) ?? "")),
            [.. signedNames.Select(name => KeyValuePair.Create(name, HeaderValue(request, name)))],
            Convert.ToHexStringLower(SHA256.HashData(body)));
        if (!SigV4.Same(SigV4.Sign(principal.SigningKey(scope), timestamp, scope, canonical), signature))
        {
            throw Mismatch("The request signature we calculated does not match the signature you provided.");
        }

        return principal;
    }

    private static (string AccessKey, string Scope, string[] SignedNames, string Signature) Parse(string authorization)
    {
        if (!authorization.StartsWith(SigV4.Algorithm + " ", StringComparison.Ordinal))
        {
            throw SqsError.Denied("MissingAuthenticationTokenException",
                "Request is missing Authentication Token", "MissingAuthenticationToken");
        }

        var fields = authorization[SigV4.Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2)).Where(field => field.Length == 2)
            .DistinctBy(field => field[0])
            .ToDictionary(field => field[0], field => field[1]);
        return fields.TryGetValue("Credential", out var credential) && credential.Split('/', 2) is [var key, var scope]
            && fields.TryGetValue("SignedHeaders", out var names) && fields.TryGetValue("Signature", out var signature)
                ? (key, scope, names.Split(';'), signature)
                : throw new SqsError("IncompleteSignatureException",
                    "Authorization needs Credential, SignedHeaders and Signature.", 400, "IncompleteSignature");
    }

    private static void CheckTime(string timestamp, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParseExact(timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            throw Mismatch("X-Amz-Date must be a time such as 20260102T030405Z.");
        }

        if ((now - signedAt).Duration() > ClockSkew)
        {
            throw Mismatch($"Signature expired or not yet valid: {timestamp} is not near {SigV4.Timestamp(now)}.");
        }
    }

    // What is not signed could be changed on the way; SigV4 wants at least the host and all x-amz-* headers signed.
    private static void CheckSignedNames(HttpRequest request, string[] signedNames)
    {
        var required = request.Headers.Select(h => h.Key.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host");
        if (required.FirstOrDefault(name => !signedNames.Contains(name)) is { } missing)
        {
            throw Mismatch($"'{missing}' must be a signed header.");
        }
    }

    private static string HeaderValue(HttpRequest request, string name) =>
        string.Join(' ', request.Headers[name].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static SqsError Mismatch(string message) =>
        SqsError.Denied("InvalidSignatureException", message, "SignatureDoesNotMatch");
}
