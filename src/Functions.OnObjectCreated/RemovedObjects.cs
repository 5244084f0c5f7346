using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Photos whose objects went without their rows: somebody deleted them in the bucket itself.</summary>
internal static class RemovedObjects
{
    // By an event the highest sequencer counts; what was found by looking counts while the row is as it was then. The
    // first look at what was registered is the only one that comes by itself: detectors may go on meanwhile.
    private const string Apply = $"""
        with before as (
          select p.id, p.status from photos p
          join unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as g (id, sequencer, status, etag) using (id)
          where case when g.sequencer is null
              then (p.status = g.status or {PhotoStore.Unread}) and p.etag is not distinct from g.etag
            else p.sequencer is null or p.sequencer < g.sequencer collate "C" end
          order by p.id for update of p
        ), photo as (
          update photos p set status = 'failed', failed_by = 'removal',
            failure_reason = 'object_removed: the object is no longer in the bucket',
            sequencer = coalesce(g.sequencer, p.sequencer), awaits_event = false, etag = null, version_id = null,
            failed_at = now(), uploaded_at = null, processing_at = null, completed_at = null, detections = null,
            duplicate_of = null, s3_key_thumbnail = null, s3_key_public = null, thumbnails = null, cdn_url = null,
            cdn_asset_id = null, cdn_error = null, cdn_attempts = 0, cdn_due_at = null, updated_at = now()
          from before b
          join unnest($1::uuid[], $2::text[]) as g (id, sequencer) using (id)
          where p.id = b.id
          returning p.id, p.organization_id, b.status as from_status
        )
        insert into photo_events (photo_id, organization_id, from_status, to_status, cause)
        select id, organization_id, from_status, 'failed', 'object removed' from photo
        """;

    public static NpgsqlBatchCommand Command(Removal[] removals) => Sql.Command(Apply,
        Sql.Uuids([.. removals.Select(r => r.Photo.Id)]),
        Sql.Texts([.. removals.Select(r => r.Sequencer)]),
        Sql.Texts([.. removals.Select(r => r.Photo.State.Status)]),
        Sql.Texts([.. removals.Select(r => r.Photo.State.ETag)]));
}
