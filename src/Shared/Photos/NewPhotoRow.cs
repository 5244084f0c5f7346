namespace PhotoLambda.Photos;

/// <summary>
/// A photo for <see cref="PhotoRepository.InsertAsync"/>: what is known of an object that is in its bucket. Lengths and
/// ranges are those of the columns of <c>photos</c>; what they do not take is rejected, and the other rows are stored.
/// </summary>
public sealed record NewPhotoRow
{
    /// <summary>A photo's own. Made in order of time, as an index likes it best.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string OrganizationId { get; init; }

    /// <summary>Of the organization. What the project's policy does not take is rejected.</summary>
    public required Guid ProjectId { get; init; }

    /// <summary>Any: who calls is trusted to name objects of the organization's.</summary>
    public required string Bucket { get; init; }

    /// <summary>With the bucket, what makes a photo: of two rows for one object the first one is stored.</summary>
    public required string Key { get; init; }

    /// <summary>Such as <c>image/jpeg</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Bytes, at least 1.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>1 to 255 characters; null: the key's last part.</summary>
    public string? FileName { get; init; }

    public string? UploadedByUserId { get; init; }
    public string? SessionId { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>Without quotes, as the store has it. By it a version that comes later is told from this one.</summary>
    public string? ETag { get; init; }

    public string? VersionId { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Pixels, from 1, as all four are.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }
    public int? DisplayWidth { get; init; }
    public int? DisplayHeight { get; init; }

    /// <summary>1 to 8, EXIF tag 0x0112.</summary>
    public short? Orientation { get; init; }

    public long? DurationMs { get; init; }
    public int? BitrateBps { get; init; }
    public int? SampleRateHz { get; init; }
    public short? Channels { get; init; }

    /// <summary>
    /// JSON. Not stored, as position and time are not, in a project that coarsens or drops positions.
    /// </summary>
    public string? ExifData { get; init; }

    /// <summary>JSON with <c>latitude</c> and <c>longitude</c> in degrees, perhaps <c>altitude_m</c>.</summary>
    public string? GpsCoordinates { get; init; }

    /// <summary>By the camera's clock, without a zone.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>-1080 to 1080, of the camera's clock from UTC.</summary>
    public short? TakenAtOffsetMinutes { get; init; }

    public string? TakenAtSource { get; init; }
    public IReadOnlyList<string>? DetectionTypes { get; init; }

    /// <summary><c>low</c>, <c>normal</c> or <c>high</c>; null: <c>normal</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>Null: now.</summary>
    public DateTimeOffset? UploadedAt { get; init; }
}
