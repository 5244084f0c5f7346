using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Sends failed photos back to where their object had just been read.</summary>
internal sealed class ReprocessStore(NpgsqlDataSource database)
{
    // A photo that was uploaded once has a row of this transition for each time that it was.
    private const string Select = """
        select status, uploaded_at is not null, s3_bucket, s3_key_original, detection_types, priority, project_id,
          coalesce(sequencer, ''),
          (select count(*) from photo_events e
            where e.organization_id = $1 and e.photo_id = p.id and e.to_status = 'uploaded'), failed_at, kind
        from photos p where organization_id = $1 and id = $2
        """;

    // The job's id is that of the attempt: when the statement is repeated, the row is no longer failed and the job is
    // there. It is good for the failure that it was made for: when another request was quicker and the photo has failed
    // again, that attempt's job was there, and none would follow.
    private const string Return = """
        with photo as (
          update photos set status = 'uploaded', failure_reason = null, failed_by = null, failed_at = null,
            processing_at = null, updated_at = now()
          where organization_id = $1 and id = $2 and status = 'failed' and uploaded_at is not null
            and failed_at is not distinct from $6
          returning id, organization_id
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
          select id, organization_id, 'failed', 'uploaded', 'reprocess requested', 'by ' || $3 from photo
        ), job as (
          insert into outbox (job_id, photo_id, organization_id, queue, message, due_at)
          select $4, id, organization_id, 'detection', $5::jsonb, now() + interval '30 seconds' from photo
          on conflict (job_id) do nothing
        )
        select exists (select from photo)
          or exists (
            select from outbox o join photos p on p.id = o.photo_id
            where o.organization_id = $1 and p.organization_id = $1 and o.job_id = $4 and p.status <> 'failed')
        """;

    /// <returns>Null when the organization has no such photo.</returns>
    public async Task<(string Status, bool WasUploaded, DateTime? FailedAt, DetectionJob NextJob)?> FindAsync(
        string organizationId, Guid id, string correlationId, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Select, Sql.Text(organizationId), Sql.Uuid(id));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        var jobId = DetectionJob.IdOfAttempt(id, row.GetString(7), row.GetInt64(8));
        var job = new DetectionJob(jobId, id, row.GetString(2), row.GetString(3), row.GetString(10),
            row.GetFieldValue<string[]>(4),
            row.GetString(5), organizationId, row.GetGuid(6), correlationId);
        return (row.GetString(0), row.GetBoolean(1), row.IsDBNull(9) ? null : row.GetDateTime(9), job);
    }

    /// <summary>Status, timeline and job, all in one statement.</summary>
    /// <param name="failedAt">When the failure was that the job is to make good.</param>
    /// <returns>False when the photo is not one to be processed again any more, or has failed again.</returns>
    public async Task<bool> ReturnAsync(
        DetectionJob job, DateTime? failedAt, string subject, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, job.OrganizationId);
        batch.Add(Return, Sql.Text(job.OrganizationId), Sql.Uuid(job.PhotoId), Sql.Text(subject),
            Sql.Uuid(job.Id), Sql.Text(job.Message()), Sql.Instant(failedAt));
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation) && row.GetBoolean(0);
    }

    /// <summary>The queue has the job.</summary>
    public async Task MarkPublishedAsync(DetectionJob job, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, job.OrganizationId);
        batch.Add(DetectionJob.MarkPublished, Sql.Uuids([job.Id]));
        await using var row = await batch.ReadAsync(cancellation);
    }
}
