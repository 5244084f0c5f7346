using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Sweep;

/// <summary>Makes jobs anew for photos that wait for one which is not in the outbox: it was lost by hand or by a bug.
/// </summary>
internal sealed class LostJobs(NpgsqlDataSource database)
{
    private const int InBatch = 500;

    // A lease of ten minutes, by updated_at.
    private const string Claim = """
        with due as (
          select id from photos p
          where status = 'uploaded' and updated_at < now() - interval '10 minutes'
            and not exists (select from outbox o where o.photo_id = p.id and o.published_at is null)
          order by updated_at limit $1 for update skip locked
        )
        update photos p set updated_at = now() from due where p.id = due.id
        returning p.id, p.s3_bucket, p.s3_key_original, p.detection_types, p.priority, p.organization_id, p.project_id,
          p.correlation_id, coalesce(p.sequencer, ''),
          (select count(*) from photo_events e where e.photo_id = p.id and e.to_status = 'uploaded'), p.updated_at,
          p.kind
        """;

    // The row of the timeline makes it an attempt of its own: the next one's job has another id.
    private const string Make = """
        with photo as (
          select p.id, p.organization_id, j.job_id, j.message
          from photos p
          join unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as j (id, job_id, message, claimed_at)
            using (id)
          where p.status = 'uploaded' and p.updated_at = j.claimed_at
          order by p.id for update of p
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause)
          select id, organization_id, 'uploaded', 'uploaded', 'job made anew' from photo order by id
        )
        insert into outbox (job_id, photo_id, organization_id, queue, message)
        select job_id, id, organization_id, 'detection', message::jsonb from photo order by id
        on conflict (job_id) do nothing
        """;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        IReadOnlyList<(DetectionJob Job, DateTime ClaimedAt)> lost;
        do
        {
            lost = await ClaimAsync(time.Ends);
            done.JobsRemade += await MakeAsync(lost, time.Ends);
        }
        while (lost.Count == InBatch);
    }

    private async Task<IReadOnlyList<(DetectionJob Job, DateTime ClaimedAt)>> ClaimAsync(
        CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Claim);
        command.Parameters.Add(Sql.Number(InBatch));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var lost = new List<(DetectionJob, DateTime)>();
        while (await row.ReadAsync(cancellation))
        {
            var id = row.GetGuid(0);
            var jobId = DetectionJob.IdOfAttempt(id, row.GetString(8), row.GetInt64(9));
            lost.Add((
                new DetectionJob(jobId, id, row.GetString(1), row.GetString(2), row.GetString(11),
                    row.GetFieldValue<string[]>(3), row.GetString(4), row.GetString(5), row.GetGuid(6),
                    row.IsDBNull(7) ? null : row.GetString(7)),
                row.GetDateTime(10)));
        }

        return lost;
    }

    private async Task<int> MakeAsync(
        IReadOnlyList<(DetectionJob Job, DateTime ClaimedAt)> lost, CancellationToken cancellation)
    {
        if (lost.Count == 0)
        {
            return 0;
        }

        await using var command = database.CreateCommand(Make);
        command.Parameters.Add(Sql.Uuids([.. lost.Select(l => l.Job.PhotoId)]));
        command.Parameters.Add(Sql.Uuids([.. lost.Select(l => l.Job.Id)]));
        command.Parameters.Add(Sql.Texts([.. lost.Select(l => l.Job.Message())]));
        command.Parameters.Add(Sql.Instants([.. lost.Select(l => new DateTimeOffset(l.ClaimedAt))]));
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
