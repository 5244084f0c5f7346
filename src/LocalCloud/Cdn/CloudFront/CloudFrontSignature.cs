using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PhotoLambda.Aws;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Cdn;

/// <summary>Verifies the SigV4 signature of a request to CloudFront's API.</summary>
/// <remarks>
/// IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the errors are those common to AWS's APIs
/// (cloudfront/latest/APIReference/CommonErrors.html).
/// </remarks>
internal static class CloudFrontSignature
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    /// <returns>Who signed it.</returns>
    /// <exception cref="CloudFrontRefusal">No key of the local cloud signed just this request, just now.</exception>
    public static Principal Verify(
        HttpRequest request, ReadOnlySpan<byte> body, AccessControl access, DateTimeOffset now)
    {
        var fields = Fields(request.Headers.Authorization.ToString());
        var credential = fields.GetValueOrDefault("Credential", "").Split('/', 2);
        var names = fields.GetValueOrDefault("SignedHeaders", "").Split(';');
        var timestamp = request.Headers["X-Amz-Date"].ToString();
        if (credential is not [var accessKey, var scope] || access.Find(accessKey) is not { } principal)
        {
            throw new CloudFrontRefusal(403, "InvalidClientTokenId",
                $"The local cloud knows the access key '{CloudIdentity.AccessKeyId}', and those of its functions.");
        }

        // CloudFront is one for all regions, and signs as of this one.
        if (scope.Split('/') is not [var date, CloudIdentity.Region, "cloudfront", "aws4_request"]
            || !timestamp.StartsWith(date, StringComparison.Ordinal))
        {
            throw Mismatch($"Credential must be scoped to the date of the request, {CloudIdentity.Region} and "
                + $"cloudfront, not to {scope}.");
        }

        CheckTime(timestamp, now);
        CheckCoverage(request, names);
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var canonical = SigV4.CanonicalRequest(
            request.Method, SigV4.EncodePath(target[0]),
            SigV4.CanonicalQuery(SigV4.QueryPairs(target.ElementAtOrDefault(1) ?? "")),
            [.. names.Select(name => KeyValuePair.Create(name, request.Headers[name].ToString().Trim()))],
            Convert.ToHexStringLower(SHA256.HashData(body)));
        if (!SigV4.Same(
            SigV4.Sign(principal.SigningKey(scope), timestamp, scope, canonical),
            fields.GetValueOrDefault("Signature", "")))
        {
            throw Mismatch("The signature is not that of this request.");
        }

        return principal;
    }

    private static Dictionary<string, string> Fields(string authorization)
    {
        if (!authorization.StartsWith(SigV4.Algorithm + " ", StringComparison.Ordinal))
        {
            throw new CloudFrontRefusal(
                403, "MissingAuthenticationToken", $"Authorization must be {SigV4.Algorithm} and its fields.");
        }

        return authorization[SigV4.Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2)).Where(field => field.Length == 2)
            .DistinctBy(field => field[0]).ToDictionary(field => field[0], field => field[1]);
    }

    private static void CheckTime(string timestamp, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParseExact(timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var signedAt)
            || (now - signedAt).Duration() > ClockSkew)
        {
            throw Mismatch($"X-Amz-Date must be near {SigV4.Timestamp(now)}; it is '{timestamp}'.");
        }
    }

    // What is not signed could be changed on the way.
    private static void CheckCoverage(HttpRequest request, string[] names)
    {
        var required = request.Headers.Keys.Select(name => name.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host");
        if (required.FirstOrDefault(name => !names.Contains(name)) is { } missing)
        {
            throw Mismatch($"'{missing}' must be a signed header.");
        }
    }

    private static CloudFrontRefusal Mismatch(string message) => new(403, "SignatureDoesNotMatch", message);
}
