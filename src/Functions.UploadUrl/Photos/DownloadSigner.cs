using System.Globalization;
using PhotoLambda.Aws;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Presigns GETs, with the headers that the store is to answer with.</summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"/>
internal sealed class DownloadSigner(AwsEnvironment aws, TimeProvider time)
{
    private readonly DaySigningKey _signingKey = new(aws.Credentials.SecretAccessKey);

    public string Sign(StoredFile file, TimeSpan lifetime)
    {
        var bucket = BucketAddress.Of(aws, file.Bucket);
        var timestamp = SigV4.Timestamp(time.GetUtcNow());
        var scope = SigV4.Scope(timestamp, aws.Region, "s3");
        var path = SigV4.EncodePath(bucket.AbsolutePath + file.Key);
        var query = SigV4.CanonicalQuery(Query(file, timestamp, scope, lifetime));
        var canonical = SigV4.CanonicalRequest(
            "GET", path, query, [KeyValuePair.Create("host", bucket.Authority)], SigV4.UnsignedPayload);
        var signature = SigV4.Sign(_signingKey.For(scope), timestamp, scope, canonical);
        return $"{bucket.Scheme}://{bucket.Authority}{path}?{query}&X-Amz-Signature={signature}";
    }

    private IEnumerable<KeyValuePair<string, string>> Query(
        StoredFile file, string timestamp, string scope, TimeSpan lifetime)
    {
        yield return new("X-Amz-Algorithm", SigV4.Algorithm);
        yield return new("X-Amz-Credential", $"{aws.Credentials.AccessKeyId}/{scope}");
        yield return new("X-Amz-Date", timestamp);
        yield return new("X-Amz-Expires", lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        yield return new("X-Amz-SignedHeaders", "host");
        yield return new("response-content-disposition", file.Disposition);
        yield return new("response-content-type", file.ContentType);
        if (aws.Credentials.SessionToken is not null)
        {
            yield return new("X-Amz-Security-Token", aws.Credentials.SessionToken);
        }
    }
}
