using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Media;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>The photos of the caller's organization.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database)
{
    /// <summary>Of what <see cref="Map"/> reads.</summary>
    public const int ColumnCount = 41;

    /// <summary>What <see cref="Map"/> reads of <c>photos</c>.</summary>
    public const string Columns = """
        id, project_id, s3_bucket, s3_key_original, status, failure_reason, file_name,
          coalesce(content_type, declared_content_type), coalesce(file_size_bytes, declared_size_bytes),
          encode(sha256, 'hex'), width_px, height_px, display_width_px, display_height_px,
          exif_data::text, gps_coordinates::text, metadata_errors::text, detections::text, detection_types,
          uploaded_by_user_id, session_id, created_at, uploaded_at, processing_at, completed_at, failed_at,
          kind, duration_ms, bitrate_bps, sample_rate_hz, channels::integer, duplicate_of, extractor_version,
          transcript, cdn_url, cdn_error, coalesce(s3_bucket_derived, s3_bucket), thumbnails::text, s3_key_public,
          etag is not null or uploaded_at is not null,
          exists (select from projects r
            where r.organization_id = photos.organization_id and r.id = photos.project_id and r.scrub_gps)
        """;

    private const string Select = $"""
        select {Columns} from photos where organization_id = $1 and id = $2
        """;

    public async Task<Photo?> FindAsync(string organizationId, Guid id, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Select, Sql.Text(organizationId), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Map(reader) : null;
    }

    public static Photo Map(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ProjectId = row.GetGuid(1),
        S3Url = $"s3://{row.GetString(2)}/{row.GetString(3)}",
        Status = row.GetString(4),
        FailureReason = Text(row, 5),
        FileName = row.GetString(6),
        MimeType = row.GetString(7),
        FileSize = row.IsDBNull(8) ? null : row.GetInt64(8),
        Sha256 = Text(row, 9),
        Width = Number(row, 10),
        Height = Number(row, 11),
        DisplayWidth = Number(row, 12),
        DisplayHeight = Number(row, 13),
        ExifData = Text(row, 14),
        GpsCoordinates = Text(row, 15),
        MetadataErrors = row.GetString(16),
        Detections = Text(row, 17),
        DetectionTypes = row.GetFieldValue<string[]>(18),
        UploadedByUserId = Text(row, 19),
        SessionId = Text(row, 20),
        CreatedAt = row.GetDateTime(21),
        UploadedAt = Instant(row, 22),
        ProcessingAt = Instant(row, 23),
        CompletedAt = Instant(row, 24),
        FailedAt = Instant(row, 25),
        Kind = row.GetString(26),
        DurationMs = row.IsDBNull(27) ? null : row.GetInt64(27),
        BitrateBps = Number(row, 28),
        SampleRateHz = Number(row, 29),
        Channels = Number(row, 30),
        DuplicateOf = row.IsDBNull(31) ? null : row.GetGuid(31),
        ExtractorVersion = Number(row, 32),
        Transcript = Text(row, 33),
        CdnUrl = Text(row, 34),
        CdnError = Text(row, 35),
        DerivedBucket = row.GetString(36),
        Thumbnails = Text(row, 37),
        Original = Original(row),
    };

    // Where a project wants it, only the copy without positions may be linked.
    private static StoredFile? Original(NpgsqlDataReader row) => (row.GetBoolean(39), row.GetBoolean(40)) switch
    {
        (false, _) => null,
        (_, false) => new StoredFile(row.GetString(2), row.GetString(3), row.GetString(6), row.GetString(7)),
        _ when row.IsDBNull(38) => null,
        _ => new StoredFile(row.GetString(36), row.GetString(38), row.GetString(6), row.GetString(7)),
    };

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Number(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);

    private static DateTime? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetDateTime(column);
}
