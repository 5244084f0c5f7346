using System.Globalization;
using PhotoLambda.Aws;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// Presigns one PUT of one object. Every header in the ticket is part of the signature, so the store itself refuses
/// another length, type or content, and <c>If-None-Match: *</c> makes the URL good for one upload only.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"/>
internal sealed class TicketSigner(AwsEnvironment aws, string bucket, TimeProvider time)
{
    /// <summary>How long the store takes an upload to begin.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Uri _bucketAddress = BucketAddress.Of(aws, bucket);
    private readonly DaySigningKey _signingKey = new(aws.Credentials.SecretAccessKey);

    public UploadTicket Sign(string key, UploadRequest request)
    {
        var headers = Headers(request);
        var timestamp = SigV4.Timestamp(time.GetUtcNow());
        var scope = SigV4.Scope(timestamp, aws.Region, "s3");
        var signed = new SortedList<string, string>(StringComparer.Ordinal) { ["host"] = _bucketAddress.Authority };
        foreach (var (name, value) in headers)
        {
            signed.Add(name.ToLowerInvariant(), value);
        }

        var path = SigV4.EncodePath(_bucketAddress.AbsolutePath.TrimEnd('/') + "/" + key);
        var query = SigV4.CanonicalQuery(Query(timestamp, scope, string.Join(';', signed.Keys)));
        var canonical = SigV4.CanonicalRequest("PUT", path, query, signed, SigV4.UnsignedPayload);
        var signature = SigV4.Sign(_signingKey.For(scope), timestamp, scope, canonical);
        var url = $"{_bucketAddress.Scheme}://{_bucketAddress.Authority}{path}?{query}&X-Amz-Signature={signature}";
        return new UploadTicket(url, headers);
    }

    private static Dictionary<string, string> Headers(UploadRequest request)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Length"] = request.FileSize.ToString(CultureInfo.InvariantCulture),
            ["Content-Type"] = request.MimeType,
            ["If-None-Match"] = "*",
        };
        if (request.Sha256 is not null)
        {
            headers["x-amz-checksum-sha256"] = Convert.ToBase64String(request.Sha256);
        }

        return headers;
    }

    private IEnumerable<KeyValuePair<string, string>> Query(string timestamp, string scope, string signedHeaders)
    {
        yield return new("X-Amz-Algorithm", SigV4.Algorithm);
        yield return new("X-Amz-Credential", $"{aws.Credentials.AccessKeyId}/{scope}");
        yield return new("X-Amz-Date", timestamp);
        yield return new("X-Amz-Expires", Lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        yield return new("X-Amz-SignedHeaders", signedHeaders);
        if (aws.Credentials.SessionToken is not null)
        {
            yield return new("X-Amz-Security-Token", aws.Credentials.SessionToken);
        }
    }
}

/// <param name="Headers">To be sent with the PUT exactly as they stand here.</param>
internal sealed record UploadTicket(string Url, IReadOnlyDictionary<string, string> Headers);
