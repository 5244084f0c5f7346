using PhotoLambda.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>A photo's row, as far as its upload in parts goes.</summary>
/// <param name="UploadId">The store's name of the upload; null until it is known.</param>
/// <param name="Size">Of the whole in bytes, as declared.</param>
/// <param name="PartSize">Null when the photo is not uploaded in parts.</param>
/// <param name="PartChecksum"><c>sha256</c> when every part comes with its own.</param>
/// <param name="ETag">Of the object, once its event has come.</param>
internal sealed record PartedUpload(
    Guid PhotoId,
    string Bucket,
    string Key,
    string Status,
    string? UploadId,
    long? Size,
    long? PartSize,
    string? PartChecksum,
    string? ETag,
    DateTime? ExpiresAt)
{
    public string S3Url => $"s3://{Bucket}/{Key}";

    public PartPlan Plan => new(Size!.Value, PartSize!.Value);

    /// <returns>Why nothing can be done with the upload; null when something can.</returns>
    public string? WhyClosed(DateTimeOffset now) =>
        PartSize is null ? "The photo is not uploaded in parts."
        : Status != PhotoStatus.PendingUpload ? $"The photo's status is {Status}."
        : now.UtcDateTime >= ExpiresAt ? $"The upload expired at {ExpiresAt:yyyy-MM-dd'T'HH:mm:ss'Z'}."
        : null;
}
