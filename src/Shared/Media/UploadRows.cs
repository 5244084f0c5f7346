using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>
/// The rows of uploads. A row is there before its object, so that the object's event finds it and the sweep finds what
/// a killed process left. Who uploads holds the row until <c>expires_at</c>, by which the holder is known; who comes
/// with the same name and owner takes it over at once, and the store, which creates and never overwrites, decides
/// between two that are both alive.
/// </summary>
internal sealed class UploadRows(NpgsqlDataSource database, string bucket)
{
    private const string Insert = """
        with photo as (
          insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
            upload_source, correlation_id, s3_bucket, s3_key_original, declared_content_type, declared_size_bytes,
            detection_types, priority, expires_at)
          values ($1, $2, $3, $4, $5, $6, $7, 'service', $8, $9, $10, $11, $12, $13, $14, $15)
          on conflict do nothing
          returning id, organization_id, created_at
        )
        insert into photo_events (photo_id, organization_id, to_status, cause, at)
        select id, organization_id, 'pending_upload', 'upload begun', created_at from photo
        """;

    // The row of a photo that is being deleted is gone, and its object may still have to go. A statement of its own,
    // so that it sees the deletion that the one above waited for.
    private const string GiveWay = """
        delete from photos p
        where p.organization_id = $1 and p.id = $2 and exists (
          select from deletions d
          where d.s3_bucket = p.s3_bucket and d.s3_keys[1] = p.s3_key_original and d.finished_at is null)
        returning p.id
        """;

    // An id is new, so that it can only be this upload's, or that of a first try whose answer was lost.
    private const string Own = "select from photos where organization_id = $1 and id = $2";

    // Until its upload is complete, or once the sweep has given it up. Nobody else is at it when its time has ended.
    private const string TakeOver = """
        with before as (
          select id, status, expires_at from photos
          where organization_id = $2 and id <> $1 and s3_bucket = $9 and s3_key_original = $10
            and project_id = $3 and uploaded_by_user_id is not distinct from $4 and session_id = $5 and kind = $6
            and upload_source = 'service'
            and ((status = 'pending_upload' and expires_at is not null)
              or (status = 'failed' and failed_by = 'deadline'))
          for update
        ), photo as (
          update photos p set status = 'pending_upload', failure_reason = null, failed_by = null, failed_at = null,
            looks = 0, file_name = $7, correlation_id = $8, declared_content_type = $11, declared_size_bytes = $12,
            detection_types = $13, priority = $14, updated_at = now(),
            expires_at = greatest($15, b.expires_at + interval '1 microsecond')
          from before b where p.id = b.id
          returning p.id, p.organization_id, p.expires_at, b.status as from_status,
            case when b.expires_at > now() then b.expires_at end as others_until
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause)
          select id, organization_id, from_status, 'pending_upload', 'upload begun again' from photo
        )
        select id, expires_at, others_until from photo
        """;

    // Complete, and its event has not come; or the event was quicker than a call that never came to its end.
    private const string Uploaded = $"""
        select {PhotoRow.Columns} from photos
        where organization_id = $2 and id <> $1 and s3_bucket = $9 and s3_key_original = $10
          and project_id = $3 and uploaded_by_user_id is not distinct from $4
          and upload_source = 'service' and (
            (status = 'pending_upload' and expires_at is null and sha256 is not null)
            or (status in ('uploaded', 'processing', 'completed') and expires_at is not null))
        """;

    // As where the store's events are dealt with: taken before the row is locked, and in one order.
    private const string LockContent = """
        select pg_advisory_xact_lock(k) from (
          select distinct hashtextextended($1 || '/' || c, 0) as k from unnest($2::text[]) as c order by 1) as content
        """;

    // From here on nothing can arrive any more. The event may have been quicker, and may have told of a newer version.
    private const string Complete = $"""
        update photos set declared_content_type = $3, declared_size_bytes = $4, expires_at = null, updated_at = now(),
          sha256 = case when coalesce(etag, $6) = $6 then $5 else sha256 end
        where organization_id = $1 and id = $2
        returning {PhotoRow.Columns}
        """;

    // Two of one content are told by its SHA-256, which the event did not know.
    private const string Link = """
        select link_duplicates(array(
          select id from photos where organization_id = $1 and id = $2 and uploaded_at is not null))
        """;

    private const string Release = """
        update photos set expires_at = greatest(now(), $4)
        where organization_id = $1 and id = $2 and status = 'pending_upload' and expires_at = $3
        """;

    private const string Remove = """
        delete from photos where organization_id = $1 and id = $2 and status = 'pending_upload' and expires_at = $3
        """;

    /// <summary>Takes the name for an upload.</summary>
    /// <param name="expires">When the upload has ended in any case.</param>
    /// <exception cref="MediaConflictException">The name is taken.</exception>
    public async Task<HeldRow> HoldAsync(NewMedia media, DateTimeOffset expires, CancellationToken cancellation)
    {
        // PostgreSQL has microseconds.
        expires = new DateTimeOffset(expires.Ticks - (expires.Ticks % TimeSpan.TicksPerMicrosecond), expires.Offset);
        var organization = media.Caller.OrganizationId;
        NpgsqlParameter[] Values() =>
        [
            Sql.Uuid(media.Id), Sql.Text(organization), Sql.Uuid(media.Upload.ProjectId),
            Sql.Text(media.Caller.UserId), Sql.Text(media.Upload.SessionId), Sql.Text(media.Type.Split('/')[0]),
            Sql.Text(media.FileName), Sql.Text(media.Upload.CorrelationId), Sql.Text(bucket), Sql.Text(media.Key),
            Sql.Text(media.Type), Sql.Number(media.Size), Sql.Texts([.. media.Upload.DetectionTypes]),
            Sql.Text(media.Upload.Priority), Sql.Instant(expires),
        ];

        await using var batch = new TenantBatch(database, organization);
        batch.Add(Insert, Values())
            .Add(GiveWay, Sql.Text(organization), Sql.Uuid(media.Id))
            .Add(Own, Sql.Text(organization), Sql.Uuid(media.Id))
            .Add(TakeOver, Values())
            .Add(Uploaded, Values().AsSpan(0, 10));
        // What has no rows to give is no result: the first is the one of giving way.
        await using var row = await batch.ReadAsync(cancellation);
        if (await row.ReadAsync(cancellation))
        {
            throw new MediaConflictException(
                $"'{media.FileName}' of session '{media.Upload.SessionId}' is just being deleted.");
        }

        await row.NextResultAsync(cancellation);
        if (await row.ReadAsync(cancellation))
        {
            return new HeldRow(media.Id, expires, null, null);
        }

        await row.NextResultAsync(cancellation);
        if (await row.ReadAsync(cancellation))
        {
            return new HeldRow(
                row.GetGuid(0), row.GetDateTime(1), row.IsDBNull(2) ? null : row.GetDateTime(2), null);
        }

        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new HeldRow(default, default, null, PhotoRow.Map(row))
            : throw new MediaConflictException($"'{media.FileName}' is taken in session '{media.Upload.SessionId}'.");
    }

    /// <returns>The row; null when the photo was deleted meanwhile.</returns>
    public async Task<PhotoRow?> CompleteAsync(
        string organizationId, Guid id, string type, NewObject stored, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(LockContent, Sql.Text(organizationId),
                Sql.Texts([stored.ETag, Convert.ToHexStringLower(stored.Sha256)]))
            .Add(Complete, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(type), Sql.Number(stored.Size),
                Sql.Bytes(stored.Sha256), Sql.Text(stored.ETag))
            .Add(Link, Sql.Text(organizationId), Sql.Uuid(id));
        await using var row = await batch.ReadAsync(cancellation);
        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation) ? PhotoRow.Map(row) : null;
    }

    /// <summary>Nobody is at it any more, and whether its object is there is not known: the sweep will see.</summary>
    public Task ReleaseAsync(string organizationId, HeldRow held, CancellationToken cancellation) =>
        EndAsync(Release, organizationId, held, [Sql.Instant(held.OthersUntil)], cancellation);

    /// <summary>Nothing was stored. Where another may be at it still, the row is left to that one, and to the sweep.
    /// </summary>
    public Task RemoveAsync(string organizationId, HeldRow held, CancellationToken cancellation) =>
        held.OthersUntil is null
            ? EndAsync(Remove, organizationId, held, [], cancellation)
            : ReleaseAsync(organizationId, held, cancellation);

    private async Task EndAsync(
        string sql, string organizationId, HeldRow held, NpgsqlParameter[] more, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(sql, [Sql.Text(organizationId), Sql.Uuid(held.Id), Sql.Instant(held.Expires), .. more]);
        await using var row = await batch.ReadAsync(cancellation);
    }
}

/// <param name="Key">Of its object.</param>
/// <param name="Size">Bytes, where the stream tells.</param>
internal sealed record NewMedia(
    Guid Id, MediaCaller Caller, MediaUpload Upload, string FileName, string Key, string Type, long? Size);

/// <param name="Expires">Until when it is held; who takes it over moves that on.</param>
/// <param name="OthersUntil">Until then another may be uploading by it, too.</param>
/// <param name="Uploaded">It is not held: its object is there, and nobody may have been told.</param>
internal sealed record HeldRow(
    Guid Id, DateTimeOffset Expires, DateTimeOffset? OthersUntil, PhotoRow? Uploaded);
