using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>The rows that wait for objects, of all organizations: an event names a key, no tenant.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database)
{
    private const string SelectByKey = """
        select p.id, p.s3_bucket, p.s3_key_original, p.organization_id, p.project_id, p.declared_content_type,
          p.declared_size_bytes,
          case
            when p.part_size_bytes is not null then r.max_multipart_bytes
            when p.kind = 'audio' then r.max_audio_bytes
            else r.max_image_bytes
          end,
          p.sha256, p.detection_types, p.priority, p.correlation_id, p.status
        from unnest($1::text[], $2::text[]) as object (bucket, key)
        join photos p on p.s3_bucket = object.bucket and p.s3_key_original = object.key
        join projects r on r.organization_id = p.organization_id and r.id = p.project_id
        """;

    // The guard in 'before' makes it idempotent: an event that comes again, or late, finds the row no longer pending.
    private const string Apply = """
        with before as (
          select id, organization_id from photos
          where id = $1 and status = 'pending_upload' and (sequencer is null or sequencer < $2)
          for update
        ), photo as (
          update photos p set status = $3, failure_reason = $4, sequencer = $2, etag = $5, version_id = $6,
            content_type = $7, file_size_bytes = $8, width_px = $9, height_px = $10, display_width_px = $11,
            display_height_px = $12, orientation = $13, exif_data = $14::jsonb, gps_coordinates = $15::jsonb,
            taken_at = $16, taken_at_offset_minutes = $17, taken_at_source = $18, extractor_version = $19,
            metadata_errors = $20::jsonb, updated_at = now(),
            uploaded_at = case when $3 = 'uploaded' then now() end,
            failed_at = case when $3 = 'failed' then now() end
          from before where p.id = before.id
          returning p.id, p.organization_id
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
          select id, organization_id, 'pending_upload', $3, 'object created', $4 from photo
        )
        insert into outbox (job_id, photo_id, organization_id, queue, message)
        select $21, id, organization_id, 'detection', $22::jsonb from photo where $3 = 'uploaded'
        on conflict (job_id) do nothing
        """;

    /// <returns>The photos of these objects by bucket and key, and whether each still waits.</returns>
    public async Task<Dictionary<(string Bucket, string Key), (PendingPhoto Photo, bool Waits)>> FindAsync(
        IReadOnlyCollection<ObjectEvent> events, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(SelectByKey);
        command.Parameters.Add(Sql.Texts([.. events.Select(e => e.Bucket)]));
        command.Parameters.Add(Sql.Texts([.. events.Select(e => e.Key)]));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<(string, string), (PendingPhoto, bool)>();
        while (await row.ReadAsync(cancellation))
        {
            var photo = new PendingPhoto(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetGuid(4), row.GetString(5),
                row.IsDBNull(6) ? null : row.GetInt64(6), row.GetInt64(7),
                row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8), row.GetFieldValue<string[]>(9),
                row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11));
            found[(photo.Bucket, photo.Key)] = (photo, row.GetString(12) == PhotoStatus.PendingUpload);
        }

        return found;
    }

    /// <summary>Status, metadata, timeline and job of each photo, all in one transaction.</summary>
    public async Task ApplyAsync(IReadOnlyCollection<Inspection> inspections, CancellationToken cancellation)
    {
        if (inspections.Count == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Without a transaction of its own a batch is one: it commits as a whole or not at all.
        await using var batch = new NpgsqlBatch(connection);
        // In one order everywhere: two deliveries of the same events would wait for each other's rows otherwise.
        foreach (var inspection in inspections.OrderBy(i => i.Photo.Id))
        {
            batch.BatchCommands.Add(Command(inspection));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlBatchCommand Command(Inspection inspection)
    {
        var (photo, item, metadata, failure) = inspection;
        var exif = metadata.Exif;
        var job = new DetectionJob(DetectionJob.IdOf(photo.Id, item.Sequencer), photo.Id, photo.Bucket, photo.Key,
            photo.DetectionTypes, photo.Priority, photo.OrganizationId, photo.ProjectId, photo.CorrelationId);
        return Sql.Command(Apply,
            Sql.Uuid(photo.Id), Sql.Text(item.Sequencer),
            Sql.Text(failure is null ? PhotoStatus.Uploaded : PhotoStatus.Failed), Sql.Text(failure),
            Sql.Text(item.ETag), Sql.Text(item.VersionId),
            Sql.Text(failure is null ? photo.ContentType : metadata.Type.Mime()), Sql.Number(item.Size),
            Sql.Number(metadata.Width), Sql.Number(metadata.Height),
            Sql.Number(metadata.DisplayWidth), Sql.Number(metadata.DisplayHeight), Sql.Number(metadata.Orientation),
            Sql.Text(MetadataJson.ExifData(metadata)), Sql.Text(MetadataJson.GpsCoordinates(metadata)),
            Sql.Local(exif?.TakenAt), Sql.Number(exif?.TakenAtOffset), Sql.Text(MetadataJson.TakenAtSourceName(exif)),
            Sql.Number(MediaReader.ExtractorVersion), Sql.Text(MetadataJson.Errors(metadata) ?? "[]"),
            Sql.Uuid(job.Id), Sql.Text(job.Message()));
    }
}
