using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Finds the rows of objects, of all organizations: an event names a key, no tenant.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// A condition on <c>photos p</c>: it was registered in bulk, and nobody has read its object so far.
    /// </summary>
    public const string Unread = """
        (p.upload_source = 'bulk' and coalesce(p.extractor_version, 0) = 0 and p.failed_by is distinct from 'removal')
        """;

    // An object without a row is adopted into the project that the longest prefix of its key names; while the object of
    // a deleted photo is still to be deleted, it is that photo's and nobody else's.
    private const string Select = $$"""
        select o.bucket, o.key, p.id, r.organization_id, r.id,
          p.upload_source = 'external', p.declared_content_type, p.declared_size_bytes,
          case
            when p.part_size_bytes is not null then r.max_multipart_bytes
            when p.kind = 'audio' then r.max_audio_bytes
            else r.max_image_bytes
          end,
          p.sha256, p.detection_types, p.priority, p.correlation_id,
          p.status, p.sequencer, p.etag, p.version_id, p.failed_by, p.awaits_event,
          r.gps, r.gps_grid, r.scrub_gps, r.keep_all_tags, r.hash_image_data, r.max_pixels, r.allowed_types,
          r.max_image_bytes, r.max_audio_bytes, coalesce(p.upload_source = 'bulk', false),
          coalesce({{Unread}}, false), p.extractor_version = 0, r.thumbnail_sizes, r.publish_to_cdn,
          coalesce(p.upload_source = 'service', false)
        from unnest($1::text[], $2::text[]) as o (bucket, key)
        left join photos p on p.s3_bucket = o.bucket and p.s3_key_original = o.key
        left join lateral (
          select organization_id, project_id from adoptions a
          where p.id is null and a.s3_bucket = o.bucket and starts_with(o.key, a.key_prefix)
          order by length(a.key_prefix) desc limit 1
        ) a on true
        left join projects r
          on r.organization_id = coalesce(p.organization_id, a.organization_id)
          and r.id = coalesce(p.project_id, a.project_id)
        where p.id is not null or not exists (
          select from deletions d
          where d.s3_bucket = o.bucket and d.s3_keys[1] = o.key and d.finished_at is null)
        """;

    /// <returns>
    /// The photos of these objects by bucket and key, null for an object that is nobody's. What belongs to a photo that
    /// is being deleted is left out.
    /// </returns>
    public async Task<IReadOnlyList<(string Bucket, string Key, Photo? Photo)>> FindAsync(
        IReadOnlyCollection<ObjectEvent> events, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(Sql.Texts([.. events.Select(e => e.Bucket)]));
        command.Parameters.Add(Sql.Texts([.. events.Select(e => e.Key)]));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(string, string, Photo?)>(events.Count);
        while (await row.ReadAsync(cancellation))
        {
            found.Add((row.GetString(0), row.GetString(1), row.IsDBNull(4) ? null : Map(row)));
        }

        return found;
    }

    private Photo Map(NpgsqlDataReader row)
    {
        var photo = new Photo
        {
            Id = row.IsDBNull(2) ? Guid.CreateVersion7(time.GetUtcNow()) : row.GetGuid(2),
            Bucket = row.GetString(0),
            Key = row.GetString(1),
            OrganizationId = row.GetString(3),
            ProjectId = row.GetGuid(4),
            Policy = Policy(row),
            State = new PhotoState(PhotoStatus.PendingUpload, null, null, null, null, false, IsNew: true),
        };
        return row.IsDBNull(2) ? photo : photo with
        {
            Ticket = row.GetBoolean(5) ? null : new Ticket(
                row.GetString(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.GetInt64(8),
                row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9), IsDescriptor: row.GetBoolean(28),
                IsService: row.GetBoolean(33)),
            DetectionTypes = row.GetFieldValue<string[]>(10),
            Priority = row.GetString(11),
            CorrelationId = Text(row, 12),
            State = new PhotoState(
                row.GetString(13), Text(row, 14), Text(row, 15), Text(row, 16), Text(row, 17), row.GetBoolean(18),
                IsNew: false)
            {
                IsUnread = row.GetBoolean(29),
                IsTold = row.GetBoolean(29) && !row.IsDBNull(30) && row.GetBoolean(30),
            },
        };
    }

    private static ReadingPolicy Policy(NpgsqlDataReader row) => new(
        row.GetString(19), row.GetDouble(20), row.GetBoolean(21), row.GetBoolean(22), row.GetBoolean(23),
        row.GetInt64(24), row.GetFieldValue<string[]>(25), (row.GetInt64(26), row.GetInt64(27)),
        row.GetFieldValue<int[]>(31), row.GetBoolean(32));

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
