using PhotoLambda.Aws;
using PhotoLambda.Cdn;
using PhotoLambda.S3;

namespace PhotoLambda.PublishToCdn;

/// <summary>The objects of photos in the store.</summary>
internal sealed class Sources(Buckets buckets, AwsEnvironment aws)
{
    // Longer than a publication takes with all its tries.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Presigners _presigners = new(aws, TimeProvider.System);

    /// <param name="photo">With a key of what is published.</param>
    public CdnObject Of(CdnPhoto photo, Guid assetId)
    {
        var url = _presigners.Of(photo.PublishedBucket)
            .Presign(new PresignRequest("GET", photo.PublishedKey!, Lifetime));
        return new CdnObject(assetId, photo.PublishedKey!, photo.ContentType, AsGiven(url));
    }

    /// <summary>
    /// Whether the original is what was read. Asked after the CDN had its copy: an asset must not serve what replaced
    /// the content that names it. A copy without positions is replaced after its original.
    /// </summary>
    /// <inheritdoc cref="BucketClient.HeadAsync" path="/exception"/>
    public async Task<bool> IsSameAsync(CdnPhoto photo, DateTimeOffset deadline, CancellationToken cancellation)
    {
        using var head = await buckets.Of(photo.Bucket).HeadAsync(photo.Key, deadline, cancellation);
        return head?.Headers.ETag?.Tag.Trim('"') == photo.ETag;
    }

    // "..", "." and "//" of a key are no steps of a path.
    private static Uri AsGiven(string url) =>
        new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
