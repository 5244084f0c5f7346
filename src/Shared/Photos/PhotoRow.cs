using Npgsql;

namespace PhotoLambda.Photos;

/// <summary>A row of <c>photos</c>. JSON columns are passed on as text.</summary>
public sealed record PhotoRow
{
    /// <summary>What <see cref="Map"/> reads.</summary>
    internal const string Columns = """
        id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name, upload_source,
        correlation_id, s3_bucket, s3_key_original, s3_key_thumbnail, s3_key_public, etag, version_id,
        encode(sha256, 'hex'), coalesce(content_type, declared_content_type),
        coalesce(file_size_bytes, declared_size_bytes), width_px, height_px, display_width_px, display_height_px,
        orientation, duration_ms, bitrate_bps, sample_rate_hz, channels, exif_data::text, gps_coordinates::text,
        taken_at, taken_at_offset_minutes, taken_at_source, metadata_errors::text, extractor_version, status,
        failure_reason, failed_by, detection_types, priority, detections::text, duplicate_of, bulk_id,
        created_at, updated_at, uploaded_at, processing_at, completed_at, failed_at,
        coalesce(s3_bucket_derived, s3_bucket), s3_key_visualization, coalesce(s3_bucket_visualization, s3_bucket),
        transcript, cdn_url
        """;

    public required Guid Id { get; init; }
    public required string OrganizationId { get; init; }
    public required Guid ProjectId { get; init; }
    public string? UploadedByUserId { get; init; }
    public string? SessionId { get; init; }

    /// <summary><c>image</c> or <c>audio</c>.</summary>
    public required string Kind { get; init; }

    public required string FileName { get; init; }

    /// <summary><c>ticket</c>, <c>multipart</c>, <c>uppy</c>, <c>external</c>, <c>bulk</c> or <c>service</c>.</summary>
    public required string UploadSource { get; init; }

    public string? CorrelationId { get; init; }
    public required string Bucket { get; init; }
    public required string Key { get; init; }

    /// <summary>Where the thumbnail and the public copy are.</summary>
    public required string DerivedBucket { get; init; }

    public string? ThumbnailKey { get; init; }

    /// <summary>Of the copy without positions.</summary>
    public string? PublicKey { get; init; }

    public string? VisualizationKey { get; init; }
    public required string VisualizationBucket { get; init; }

    /// <summary>Of the version that was read or registered; null while there is none.</summary>
    public string? ETag { get; init; }

    public string? VersionId { get; init; }

    /// <summary>Hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Found, or declared where nothing was found yet; so is <see cref="SizeBytes"/>.</summary>
    public required string ContentType { get; init; }

    public long? SizeBytes { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public int? DisplayWidth { get; init; }
    public int? DisplayHeight { get; init; }
    public short? Orientation { get; init; }
    public long? DurationMs { get; init; }
    public int? BitrateBps { get; init; }
    public int? SampleRateHz { get; init; }
    public short? Channels { get; init; }

    /// <summary>Of a sound.</summary>
    public string? Transcript { get; init; }

    public string? ExifData { get; init; }
    public string? GpsCoordinates { get; init; }

    /// <summary>By the camera's clock, without a zone.</summary>
    public DateTime? TakenAt { get; init; }

    public short? TakenAtOffsetMinutes { get; init; }
    public string? TakenAtSource { get; init; }
    public required string MetadataErrors { get; init; }

    /// <summary>0: what is known was told; null: nobody has read the object.</summary>
    public int? ExtractorVersion { get; init; }

    /// <summary>
    /// <c>pending_upload</c>, <c>uploaded</c>, <c>processing</c>, <c>completed</c> or <c>failed</c>.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>A code, a colon and a sentence, or a detector's own words.</summary>
    public string? FailureReason { get; init; }

    /// <summary><c>inspection</c>, <c>removal</c>, <c>deadline</c> or <c>processor</c>.</summary>
    public string? FailedBy { get; init; }

    public required IReadOnlyList<string> DetectionTypes { get; init; }
    public required string Priority { get; init; }
    public string? Detections { get; init; }
    public Guid? DuplicateOf { get; init; }

    /// <summary>Where the CDN serves it; null: it does not.</summary>
    public string? CdnUrl { get; init; }

    /// <summary>The batch that it came in.</summary>
    public Guid? BulkId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? UploadedAt { get; init; }
    public DateTimeOffset? ProcessingAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? FailedAt { get; init; }

    internal static PhotoRow Map(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        OrganizationId = row.GetString(1),
        ProjectId = row.GetGuid(2),
        UploadedByUserId = Text(row, 3),
        SessionId = Text(row, 4),
        Kind = row.GetString(5),
        FileName = row.GetString(6),
        UploadSource = row.GetString(7),
        CorrelationId = Text(row, 8),
        Bucket = row.GetString(9),
        Key = row.GetString(10),
        ThumbnailKey = Text(row, 11),
        PublicKey = Text(row, 12),
        ETag = Text(row, 13),
        VersionId = Text(row, 14),
        Sha256 = Text(row, 15),
        ContentType = row.GetString(16),
        SizeBytes = Value<long>(row, 17),
        Width = Value<int>(row, 18),
        Height = Value<int>(row, 19),
        DisplayWidth = Value<int>(row, 20),
        DisplayHeight = Value<int>(row, 21),
        Orientation = Value<short>(row, 22),
        DurationMs = Value<long>(row, 23),
        BitrateBps = Value<int>(row, 24),
        SampleRateHz = Value<int>(row, 25),
        Channels = Value<short>(row, 26),
        ExifData = Text(row, 27),
        GpsCoordinates = Text(row, 28),
        TakenAt = Value<DateTime>(row, 29),
        TakenAtOffsetMinutes = Value<short>(row, 30),
        TakenAtSource = Text(row, 31),
        MetadataErrors = row.GetString(32),
        ExtractorVersion = Value<int>(row, 33),
        Status = row.GetString(34),
        FailureReason = Text(row, 35),
        FailedBy = Text(row, 36),
        DetectionTypes = row.GetFieldValue<string[]>(37),
        Priority = row.GetString(38),
        Detections = Text(row, 39),
        DuplicateOf = Value<Guid>(row, 40),
        BulkId = Value<Guid>(row, 41),
        CreatedAt = row.GetDateTime(42),
        UpdatedAt = row.GetDateTime(43),
        UploadedAt = Value<DateTime>(row, 44),
        ProcessingAt = Value<DateTime>(row, 45),
        CompletedAt = Value<DateTime>(row, 46),
        FailedAt = Value<DateTime>(row, 47),
        DerivedBucket = row.GetString(48),
        VisualizationKey = Text(row, 49),
        VisualizationBucket = row.GetString(50),
        Transcript = Text(row, 51),
        CdnUrl = Text(row, 52),
    };

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static T? Value<T>(NpgsqlDataReader row, int column) where T : struct =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
}
