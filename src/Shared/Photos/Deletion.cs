using Npgsql;
using PhotoLambda.S3;

namespace PhotoLambda.Photos;

/// <summary>What the store still has of a photo that is deleted.</summary>
/// <param name="Objects">The original first.</param>
/// <param name="UploadId">Of an upload in parts of the original, when one was under way.</param>
internal sealed record Deletion(
    Guid PhotoId, IReadOnlyList<(string Bucket, string Key)> Objects, string? UploadId)
{
    /// <summary>What <see cref="Map"/> reads of <c>deletions d</c>.</summary>
    public const string Columns = "d.photo_id, buckets_of(d), d.s3_keys, d.s3_upload_id";

    public static Deletion Map(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        [.. row.GetFieldValue<string[]>(1).Zip(row.GetFieldValue<string[]>(2))],
        row.IsDBNull(3) ? null : row.GetString(3));

    /// <summary>Deletes the objects; repeatable.</summary>
    /// <inheritdoc cref="BucketClient.DeleteAsync" path="/exception"/>
    public async Task RemoveObjectsAsync(Buckets buckets, DateTimeOffset deadline, CancellationToken cancellation)
    {
        if (UploadId is not null)
        {
            // First, or its completion could make the object that was just deleted.
            var (bucket, key) = Objects[0];
            await buckets.Of(bucket).AbortUploadAsync(key, UploadId, deadline, cancellation);
        }

        await Task.WhenAll(Objects.Select(o => buckets.Of(o.Bucket).DeleteAsync(o.Key, deadline, cancellation)));
    }
}
