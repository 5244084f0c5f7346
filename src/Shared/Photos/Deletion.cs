using PhotoLambda.S3;

namespace PhotoLambda.Photos;

/// <summary>What the store still has of a photo that is deleted.</summary>
/// <param name="Keys">The original's first.</param>
/// <param name="UploadId">Of an upload in parts of the original, when one was under way.</param>
internal sealed record Deletion(Guid PhotoId, string Bucket, string[] Keys, string? UploadId)
{
    /// <summary>Deletes the objects; repeatable.</summary>
    /// <inheritdoc cref="BucketClient.DeleteAsync" path="/exception"/>
    public async Task RemoveObjectsAsync(Buckets buckets, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var bucket = buckets.Of(Bucket);
        if (UploadId is not null)
        {
            // First, or its completion could make the object that was just deleted.
            await bucket.AbortUploadAsync(Keys[0], UploadId, deadline, cancellation);
        }

        await Task.WhenAll(Keys.Select(key => bucket.DeleteAsync(key, deadline, cancellation)));
    }
}
