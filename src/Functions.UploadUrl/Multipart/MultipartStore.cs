using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>The uploads in parts of the caller's organization: key and upload id come from here alone.</summary>
internal sealed class MultipartStore(NpgsqlDataSource database)
{
    private const string Select = """
        select id, s3_bucket, s3_key_original, status, s3_upload_id, declared_size_bytes,
          case when upload_source = 'multipart' then part_size_bytes end, part_checksum, etag, expires_at
        from photos where organization_id = $1 and id = $2
        """;

    private const string Bind = """
        update photos set s3_upload_id = $3, part_checksum = $4, updated_at = now()
        where organization_id = $1 and id = $2 and status = 'pending_upload'
          and (s3_upload_id is null or s3_upload_id = $3)
        returning id
        """;

    // With the row goes what is kept of its answer: who comes again with the key begins anew. The upload may be noted
    // though nobody heard of it: then its row is no other's.
    private const string Remove = """
        with photo as (
          delete from photos
          where organization_id = $1 and id = $2 and status = 'pending_upload'
            and (s3_upload_id is null or s3_upload_id = $5)
          returning id
        )
        delete from idempotency_keys
        where organization_id = $1 and user_id = $3 and key = $4 and exists (select from photo)
        """;

    // The first upload id that the key's own user comes with is the key's; the lock lets one of two be the first. What
    // the other one then reads comes with the lock: the statement itself still sees the row as it was before.
    private const string BindByKey = """
        with photo as (
          select id, s3_bucket, s3_key_original, status, s3_upload_id, declared_size_bytes, part_size_bytes,
            part_checksum, etag, expires_at
          from photos
          where organization_id = $1 and s3_bucket = $2 and s3_key_original = $3 and uploaded_by_user_id = $4
            and upload_source = 'uppy' and part_size_bytes is not null
          for update
        ), bound as (
          update photos p set s3_upload_id = $5, updated_at = now() from photo
          where p.id = photo.id and photo.status = 'pending_upload' and photo.s3_upload_id is null
            and photo.expires_at > $6
        )
        select id, s3_bucket, s3_key_original, status, coalesce(s3_upload_id, $5), declared_size_bytes, part_size_bytes,
          part_checksum, etag, expires_at
        from photo
        """;

    /// <returns>Null when the organization has no such photo.</returns>
    public Task<PartedUpload?> FindAsync(string organizationId, Guid id, CancellationToken cancellation) =>
        ReadAsync(organizationId, Select, cancellation, Sql.Text(organizationId), Sql.Uuid(id));

    /// <summary>Finds the upload of a key that this user got for Uppy, and notes its id if it has none.</summary>
    /// <returns>Null when there is none; its upload id may be another.</returns>
    public Task<PartedUpload?> BindByKeyAsync(
        string organizationId, string user, string bucket, string key, string uploadId, DateTimeOffset now,
        CancellationToken cancellation) =>
        ReadAsync(organizationId, BindByKey, cancellation,
            Sql.Text(organizationId), Sql.Text(bucket), Sql.Text(key), Sql.Text(user), Sql.Text(uploadId),
            Sql.Instant(now));

    /// <summary>Notes the store's name of the upload that was begun for a photo.</summary>
    /// <returns>False when the photo is gone, or has another.</returns>
    public async Task<bool> BindAsync(
        string organizationId, Guid id, string uploadId, string? partChecksum, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Bind, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(uploadId), Sql.Text(partChecksum));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation);
    }

    /// <summary>Removes a row that no upload was begun for, or this one, which has ended.</summary>
    /// <param name="key">The idempotency key of the request that the row is of; null when it had none.</param>
    public async Task RemoveAsync(
        Caller caller, Guid id, string? uploadId, IdempotencyKey? key, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Remove, Sql.Text(caller.OrganizationId), Sql.Uuid(id), Sql.Text(caller.Subject),
            Sql.Text(key?.Value), Sql.Text(uploadId));
        await using var reader = await batch.ReadAsync(cancellation);
    }

    private async Task<PartedUpload?> ReadAsync(
        string organizationId, string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(sql, parameters);
        await using var row = await batch.ReadAsync(cancellation);
        return !await row.ReadAsync(cancellation) ? null : new PartedUpload(
            row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4), Number(row, 5),
            Number(row, 6), Text(row, 7), Text(row, 8), row.IsDBNull(9) ? null : row.GetDateTime(9));
    }

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);
}
