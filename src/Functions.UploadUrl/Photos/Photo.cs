using PhotoLambda.Media;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>A photo as <c>GET /api/v1/photos/{id}</c> shows it. JSON columns are passed on as stored.</summary>
internal sealed record Photo
{
    public required Guid Id { get; init; }
    public required Guid ProjectId { get; init; }
    public required string S3Url { get; init; }
    public required string Kind { get; init; }
    public required string Status { get; init; }
    public string? FailureReason { get; init; }
    public required string FileName { get; init; }
    public required string MimeType { get; init; }
    public long? FileSize { get; init; }
    public string? Sha256 { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public int? DisplayWidth { get; init; }
    public int? DisplayHeight { get; init; }
    public long? DurationMs { get; init; }
    public int? BitrateBps { get; init; }
    public int? SampleRateHz { get; init; }
    public int? Channels { get; init; }
    public string? Transcript { get; init; }
    public Guid? DuplicateOf { get; init; }
    public int? ExtractorVersion { get; init; }
    public string? ExifData { get; init; }
    public string? GpsCoordinates { get; init; }
    public required string MetadataErrors { get; init; }
    public string? Detections { get; init; }
    public required string[] DetectionTypes { get; init; }
    public string? UploadedByUserId { get; init; }
    public string? SessionId { get; init; }

    /// <summary>What a link gives: null while there is nothing, and where only a copy may be linked that is not there.
    /// </summary>
    public StoredFile? Original { get; init; }

    public string? CdnUrl { get; init; }
    public string? CdnError { get; init; }

    /// <summary>Of <see cref="Thumbnails"/>.</summary>
    public required string DerivedBucket { get; init; }

    /// <summary>JSON, with the key of each.</summary>
    public string? Thumbnails { get; init; }
    public required DateTime CreatedAt { get; init; }
    public DateTime? UploadedAt { get; init; }
    public DateTime? ProcessingAt { get; init; }
    public DateTime? CompletedAt { get; init; }
    public DateTime? FailedAt { get; init; }
}
