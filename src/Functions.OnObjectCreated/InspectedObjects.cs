using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Photos whose objects were read: status, metadata, timeline and job of all in one statement.</summary>
internal static class InspectedObjects
{
    private const string Adopt = """
        insert into photos (id, organization_id, project_id, kind, file_name, upload_source, s3_bucket,
          s3_key_original, declared_content_type)
        select id, organization_id, project_id, kind, file_name, 'external', s3_bucket, s3_key, content_type
        from json_to_recordset($1::json) as g (
          id uuid, organization_id text, project_id uuid, kind text, file_name text, s3_bucket text, s3_key text,
          content_type text)
        order by id
        on conflict do nothing
        """;

    // The guard in 'before' makes it idempotent. By an event the highest sequencer counts; what was found by looking
    // counts while the row is as it was then. No status: the version is the one that is known, and only read again.
    // That is so, too, when a look was quicker than the event of what it found: the version has its job. So has what
    // was registered in bulk: it is held against its descriptor when it is read first, and fails or goes on, whatever
    // its detectors did meanwhile. A checksum that was told, and that the store does not know, is of that version only.
    private const string Apply = $$"""
        with given as (
          select * from json_to_recordset($1::json) as g (
            id uuid, sequencer text, found_status text, found_etag text, status text, cause text, failure_reason text,
            etag text, version_id text, content_type text, file_size_bytes bigint, sha256 text, is_external boolean,
            image_sha256 text, width_px integer, height_px integer, display_width_px integer,
            display_height_px integer, orientation smallint, duration_ms bigint, bitrate_bps integer,
            sample_rate_hz integer, channels smallint, exif_data jsonb, tags jsonb, gps_coordinates jsonb,
            taken_at timestamp, taken_at_offset_minutes smallint, taken_at_source text, metadata_errors jsonb,
            extractor_version integer, s3_bucket_derived text, s3_key_thumbnail text, s3_key_public text,
            thumbnails jsonb, publish_to_cdn boolean, job_id uuid, message jsonb)
        ), before as (
          select p.id, p.status, p.failure_reason, p.kind, p.etag, p.cdn_url, p.cdn_due_at,
            case
              when {{PhotoStore.Unread}} and coalesce(p.etag, g.etag) = g.etag
                then case when g.failure_reason is not null then 'failed' end
              when g.sequencer is null or not p.awaits_event or p.etag is distinct from g.etag then g.status
            end as result
          from photos p join given g using (id)
          where case when g.sequencer is null
            then (p.status = g.found_status or {{PhotoStore.Unread}}) and p.etag is not distinct from g.found_etag
            else p.sequencer is null or p.sequencer < g.sequencer collate "C" end
          order by p.id for update of p
        ), judged as (
          -- What was published of other bytes is no longer served.
          select b.id, b.status, b.failure_reason, b.result,
            b.result = 'failed' or b.etag is distinct from g.etag as is_other,
            g.publish_to_cdn and b.kind = 'image' and coalesce(b.result, b.status) not in ('pending_upload', 'failed')
              and (b.etag is distinct from g.etag or (b.cdn_url is null and b.cdn_due_at is null)) as is_published
          from before b join given g using (id)
        ), photo as (
          update photos p set
            awaits_event = g.sequencer is null and (p.awaits_event or g.etag is distinct from p.etag),
            sequencer = coalesce(g.sequencer, p.sequencer),
            status = coalesce(b.result, p.status),
            failure_reason = case when b.result is null then p.failure_reason else g.failure_reason end,
            failed_by = case when b.result is null then p.failed_by when b.result = 'failed' then 'inspection' end,
            uploaded_at = case when b.result is null then p.uploaded_at when b.result = 'uploaded' then now() end,
            failed_at = case when b.result is null then p.failed_at when b.result = 'failed' then now() end,
            processing_at = case when b.result is null then p.processing_at end,
            completed_at = case when b.result is null then p.completed_at end,
            detections = case when b.result is null then p.detections end,
            etag = g.etag, version_id = g.version_id, content_type = g.content_type,
            file_size_bytes = g.file_size_bytes, image_sha256 = decode(g.image_sha256, 'hex'),
            sha256 = case
              when g.is_external then decode(g.sha256, 'hex')
              when p.upload_source in ('bulk', 'service') and g.sha256 is null and p.etag <> g.etag then null
              else p.sha256
            end,
            width_px = g.width_px, height_px = g.height_px, display_width_px = g.display_width_px,
            display_height_px = g.display_height_px, orientation = g.orientation, duration_ms = g.duration_ms,
            bitrate_bps = g.bitrate_bps, sample_rate_hz = g.sample_rate_hz, channels = g.channels,
            exif_data = case when g.tags is null then g.exif_data
              else coalesce(g.exif_data, '{}') || jsonb_build_object('tags', g.tags) end,
            gps_coordinates = g.gps_coordinates, taken_at = g.taken_at,
            taken_at_offset_minutes = g.taken_at_offset_minutes, taken_at_source = g.taken_at_source,
            metadata_errors = g.metadata_errors, extractor_version = g.extractor_version,
            s3_bucket_derived = g.s3_bucket_derived, s3_key_thumbnail = g.s3_key_thumbnail,
            s3_key_public = g.s3_key_public, thumbnails = g.thumbnails,
            cdn_url = case when b.is_other then null else p.cdn_url end,
            cdn_asset_id = case when b.is_other then null else p.cdn_asset_id end,
            cdn_error = case when b.is_other then null else p.cdn_error end,
            cdn_attempts = case when b.is_other then 0 else p.cdn_attempts end,
            cdn_due_at = case
              when b.is_published then now() + interval '10 minutes'
              when not b.is_other then p.cdn_due_at
            end,
            looks = 0, updated_at = now()
          from judged b join given g using (id) where p.id = b.id
          returning p.id, p.organization_id, p.status, p.failure_reason, b.status as from_status,
            b.failure_reason as from_reason, b.result is not null as is_judged, b.is_published,
            g.cause, g.job_id, g.message,
            g.sequencer is not null as has_event
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
          select id, organization_id, from_status, status, cause, failure_reason from photo
          where is_judged
            and (has_event or from_status <> status or from_reason is distinct from failure_reason)
          order by id
        ), job as (
          insert into outbox (job_id, photo_id, organization_id, queue, message, due_at)
          select job_id, id, organization_id, 'detection', message, now() + interval '1 minute' from photo
          where is_judged and status = 'uploaded' order by id
          on conflict (job_id) do nothing
        ), publication as (
          insert into outbox (job_id, photo_id, organization_id, queue, message)
          select gen_random_uuid(), id, organization_id, 'cdn', jsonb_build_object('photo_id', id) from photo
          where is_published order by id
        )
        select id from photo
        """;

    /// <summary>Makes the rows of objects that have none, unless another delivery just did.</summary>
    public static NpgsqlBatchCommand AdoptCommand(IEnumerable<Inspection> inspections) =>
        Sql.Command(Adopt, Sql.Text(InspectionJson.Adopted(inspections)));

    /// <returns>A statement whose rows are the ids of the photos that it changed.</returns>
    public static NpgsqlBatchCommand Command(IEnumerable<Inspection> inspections) =>
        Sql.Command(Apply, Sql.Text(InspectionJson.Inspected(inspections)));
}
