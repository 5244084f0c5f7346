using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>The photos of the caller's organization.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database)
{
    // The id is new, so a conflict is the row of an attempt whose answer was lost. 'do update', with what stands there
    // anyway, waits for that attempt to commit and gives its row; 'do nothing' would give none.
    private const string InsertPending = """
        with project as (
          select id, organization_id from projects where organization_id = $1 and id = $2
        ), photo as (
          insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, file_name,
            correlation_id, s3_bucket, s3_key_original, declared_content_type, declared_size_bytes, sha256,
            detection_types, priority, created_at, updated_at, expires_at)
          select $3, organization_id, id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16 from project
          on conflict (id) do update set correlation_id = excluded.correlation_id
          returning id, organization_id, xmax = 0 as is_new
        ), event as (
          insert into photo_events (photo_id, organization_id, to_status, cause, at)
          select id, organization_id, 'pending_upload', 'ticket issued', $15 from photo where is_new
        )
        select id from photo
        """;

    /// <summary>What <see cref="Map"/> reads.</summary>
    public const string Columns = """
        id, project_id, s3_bucket, s3_key_original, status, failure_reason, file_name,
          coalesce(content_type, declared_content_type), coalesce(file_size_bytes, declared_size_bytes),
          encode(sha256, 'hex'), width_px, height_px, display_width_px, display_height_px,
          exif_data::text, gps_coordinates::text, metadata_errors::text, detections::text, detection_types,
          uploaded_by_user_id, session_id, created_at, uploaded_at, processing_at, completed_at, failed_at
        """;

    private const string Select = $"""
        select {Columns} from photos where organization_id = $1 and id = $2
        """;

    /// <returns>False when the organization has no such project; nothing is written then.</returns>
    public async Task<bool> InsertPendingAsync(NewPhoto photo, CancellationToken cancellation)
    {
        var request = photo.Request;
        await using var batch = new TenantBatch(database, photo.Caller.OrganizationId);
        batch.Add(InsertPending,
            Sql.Text(photo.Caller.OrganizationId), Sql.Uuid(request.ProjectId), Sql.Uuid(photo.Id),
            Sql.Text(photo.Caller.Subject), Sql.Text(request.SessionId), Sql.Text(request.FileName),
            Sql.Text(photo.CorrelationId), Sql.Text(photo.Bucket), Sql.Text(photo.Key), Sql.Text(request.MimeType),
            Sql.Number(request.FileSize), Sql.Bytes(request.Sha256), Sql.Texts(request.DetectionTypes),
            Sql.Text(request.Priority), Sql.Instant(photo.CreatedAt), Sql.Instant(photo.ExpiresAt));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation);
    }

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
        FileSize = row.GetInt64(8),
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
    };

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Number(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);

    private static DateTime? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetDateTime(column);
}

/// <summary>A row to be, before the project is known to be the caller's.</summary>
internal sealed record NewPhoto(
    Guid Id,
    Caller Caller,
    UploadRequest Request,
    string Bucket,
    string Key,
    string CorrelationId,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt);
