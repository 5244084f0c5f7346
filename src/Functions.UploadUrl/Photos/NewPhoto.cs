using System.Globalization;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>A row to be, before the project is known to be the caller's.</summary>
/// <param name="Key">Of the object.</param>
internal sealed record NewPhoto(
    Guid Id,
    Caller Caller,
    UploadRequest Request,
    string Bucket,
    string Key,
    string CorrelationId,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary><c>ticket</c>, <c>multipart</c> or <c>uppy</c>.</summary>
    public string UploadSource { get; init; } = "ticket";

    /// <summary>The store's name of an upload in parts, which has a limit of its own in the project's policy.</summary>
    public string? S3UploadId { get; init; }

    /// <summary>Of each part but the last.</summary>
    public long? PartSizeBytes { get; init; }

    /// <summary>Whether the client's protocol does not tell the size; then the request's is ignored.</summary>
    public bool HasUnknownSize { get; init; }

    /// <summary>A photo of a new id and the key that belongs to it.</summary>
    /// <param name="lifetime">How long its object may take to come.</param>
    public static NewPhoto Of(
        UploadRequest request, Caller caller, string bucket, string correlationId, DateTimeOffset now,
        TimeSpan lifetime)
    {
        var id = Guid.CreateVersion7(now);
        var key = string.Create(CultureInfo.InvariantCulture,
            $"{request.ProjectId}/{now:yyyy}/{now:MM}/{now:dd}/{id}.{MimeTypes.Extension(request.MimeType)}");
        return new NewPhoto(id, caller, request, bucket, key, correlationId, now, now + lifetime);
    }
}
