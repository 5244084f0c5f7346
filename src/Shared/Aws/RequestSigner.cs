using System.Security.Cryptography;

namespace PhotoLambda.Aws;

/// <summary>Signs requests to one service by header. Safe for concurrent use.</summary>
/// <param name="service">As in the credential scope: <c>s3</c>, <c>sqs</c>.</param>
internal sealed class RequestSigner(
    AwsCredentials credentials, string region, string service, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly DaySigningKey _signingKey = new(credentials.SecretAccessKey);

    private bool IsS3 => service == "s3";

    /// <summary>
    /// Adds <c>Authorization</c>, <c>x-amz-date</c>, for temporary credentials <c>x-amz-security-token</c> and for S3
    /// <c>x-amz-content-sha256</c>. Call it last: host, content type and all <c>x-amz-*</c> headers are signed.
    /// </summary>
    /// <param name="request">Its URI must be absolute.</param>
    /// <param name="body">The bytes of the content; empty when there is none.</param>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body = default) =>
        Sign(request, body.IsEmpty ? SigV4.EmptyPayloadHash : Convert.ToHexStringLower(SHA256.HashData(body)));

    /// <inheritdoc cref="Sign(HttpRequestMessage, ReadOnlySpan{byte})"/>
    /// <param name="payloadHash">Hex SHA-256 of the body, or a word that S3 takes in its place.</param>
    public void Sign(HttpRequestMessage request, string payloadHash)
    {
        var timestamp = SigV4.Timestamp(_time.GetUtcNow());
        Set(request, "x-amz-date", timestamp);
        Set(request, "x-amz-security-token", credentials.SessionToken);
        Set(request, "x-amz-content-sha256", IsS3 ? payloadHash : null);

        var url = request.RequestUri!;
        var signed = SignedHeaders(request, url);
        var query = SigV4.CanonicalQuery(SigV4.QueryPairs(url.Query.TrimStart('?')));
        var canonical = SigV4.CanonicalRequest(
            request.Method.Method, CanonicalPath(url), query, signed, payloadHash);
        var scope = SigV4.Scope(timestamp, region, service);
        var signature = SigV4.Sign(_signingKey.For(scope), timestamp, scope, canonical);
        Set(request, "Authorization",
            $"{SigV4.Algorithm} Credential={credentials.AccessKeyId}/{scope}, " +
            $"SignedHeaders={string.Join(';', signed.Keys)}, Signature={signature}");
    }

    // Every service but S3 signs the path encoded once more than it is on the wire.
    private string CanonicalPath(Uri url)
    {
        var path = SigV4.EncodePath(Uri.UnescapeDataString(url.AbsolutePath));
        return IsS3 ? path : SigV4.EncodePath(path);
    }

    private static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage request, Uri url)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = request.Headers.Host ?? url.Authority,
        };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
            {
                signed[name.ToLowerInvariant()] = values.ToString().Trim();
            }
        }

        if (request.Content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true)
        {
            signed["content-type"] = type.ToString();
        }

        return signed;
    }

    private static void Set(HttpRequestMessage request, string name, string? value)
    {
        request.Headers.Remove(name);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
