using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Sqs;

namespace PhotoLambda.Photos;

/// <summary>A row of the outbox that is this process's to send, for the time of its lease.</summary>
internal readonly record struct ClaimedJob(Guid Id, string Message);

/// <summary>What the outbox has for one queue.</summary>
/// <param name="Name">As its rows name it.</param>
/// <param name="Mark">A statement for those with the ids of the array <c>$1</c>, which the queue took.</param>
internal sealed record OutboxQueue(string Name, string Mark)
{
    private const string Forget = "delete from outbox where job_id = any ($1)";

    public static readonly OutboxQueue Detection = new("detection", DetectionJob.MarkPublished);

    /// <summary>Objects that are to be looked at: <see cref="ObjectLooks"/>. Nobody asks for them again.</summary>
    public static readonly OutboxQueue Looks = new("look", Forget);

    /// <summary>Photos that are to be published: <c>{"photo_id"}</c>. While <c>cdn_due_at</c> is set, the sweep asks for
    /// them again.</summary>
    public static readonly OutboxQueue Cdn = new("cdn", Forget);
}

/// <summary>
/// Takes messages from the outbox to their queue. What the queue does not confirm stays in the outbox until it is due
/// again: a queue that is down never fails an upload and never loses a job.
/// </summary>
internal sealed partial class JobRelay(
    NpgsqlDataSource database, QueueClient queue, ILogger logger, OutboxQueue? of = null)
{
    private const int InBatch = 500;

    // A job is made with a lease of whoever makes it, and a claim gives one of a minute: no row is locked while the
    // queue is waited for, and what a killed relay had taken is due again when the lease ends, or when the photo's
    // event comes again. In the order of the index, which then forgets the entries of jobs that are gone. A message
    // that does not stand in its row says what the rows of the photos say.
    private const string Claim = """
        with own as (
          select job_id, message, photo_id, photo_ids from outbox
          where photo_id = any ($2) and published_at is null and queue = $3
        ), due as (
          update outbox o set due_at = now() + interval '1 minute'
          from (
            select job_id from outbox
            where published_at is null and due_at <= now() and queue = $3 and photo_id <> all ($2)
            order by due_at limit $1 for update skip locked
          ) d
          where o.job_id = d.job_id
          returning o.job_id, o.message, o.photo_id, o.photo_ids
        )
        select c.job_id, coalesce(c.message, case when c.photo_ids is null then (
            select jsonb_build_object('job_id', c.job_id, 'photo_id', p.id,
              's3_url', 's3://' || p.s3_bucket || '/' || p.s3_key_original, 'kind', p.kind,
              'detection_types', p.detection_types,
              'priority', p.priority, 'organization_id', p.organization_id, 'project_id', p.project_id,
              'correlation_id', p.correlation_id)
            from photos p where p.id = c.photo_id)
          else (
            select jsonb_build_object('PhotoLambdaLook', coalesce(
              jsonb_agg(jsonb_build_object('bucket', p.s3_bucket, 'key', p.s3_key_original)), '[]'))
            from photos p where p.id = any (c.photo_ids))
          end)::text
        from (select * from own union all select * from due) c
        """;

    // 5, 10, 20 … seconds, at most 10 minutes.
    private const string MarkFailed = """
        update outbox o set attempts = attempts + 1, last_error = left(f.reason, 500),
          due_at = now() + least(interval '5 seconds' * power(2, least(attempts, 7)), interval '10 minutes')
        from unnest($1::uuid[], $2::text[]) as f (job_id, reason) where o.job_id = f.job_id
        """;

    private readonly OutboxQueue _of = of ?? OutboxQueue.Detection;

    /// <summary>A statement that claims the jobs that are due, for a batch of the caller's.</summary>
    /// <param name="photoIds">Whose jobs are due at any time.</param>
    public static NpgsqlBatchCommand ClaimCommand(params Guid[] photoIds) =>
        ClaimOf(OutboxQueue.Detection, photoIds);

    /// <param name="row">Stands before the rows of <see cref="ClaimCommand"/>.</param>
    public static async Task<IReadOnlyList<ClaimedJob>> ReadAsync(NpgsqlDataReader row, CancellationToken cancellation)
    {
        var jobs = new List<ClaimedJob>();
        while (await row.ReadAsync(cancellation))
        {
            // A photo that is gone has taken its jobs along; one that it left behind says nothing.
            if (!row.IsDBNull(1))
            {
                jobs.Add(new ClaimedJob(row.GetGuid(0), row.GetString(1)));
            }
        }

        return jobs;
    }

    /// <summary>Sends all that is due, until nothing is, the time is up, or the queue takes nothing.</summary>
    /// <returns>How many jobs the queue took, and how many it did not.</returns>
    public async Task<(int Published, int Failed)> RunAsync(DateTimeOffset deadline, CancellationToken cancellation)
    {
        var (published, failed) = (0, 0);
        while (DateTimeOffset.UtcNow < deadline)
        {
            var jobs = await ClaimAsync([], cancellation);
            if (jobs.Count == 0)
            {
                break;
            }

            var left = await PublishAsync(jobs, deadline, cancellation);
            published += jobs.Count - left;
            failed += left;
            if (left == jobs.Count)
            {
                break;
            }
        }

        return (published, failed);
    }

    /// <summary>Sends the jobs of these photos, and others that are due, while the queue takes any.</summary>
    /// <inheritdoc cref="PublishAsync" path="/param"/>
    public async Task RunAsync(
        IEnumerable<Guid> photoIds, DateTimeOffset deadline, CancellationToken cancellation)
    {
        foreach (var some in photoIds.Chunk(InBatch))
        {
            var jobs = await ClaimAsync(some, cancellation);
            if (await PublishAsync(jobs, deadline, cancellation) == jobs.Count && jobs.Count > 0)
            {
                break;
            }
        }
    }

    /// <param name="deadline">When the queue is not waited for any longer.</param>
    /// <returns>How many the queue did not take.</returns>
    public async Task<int> PublishAsync(
        IReadOnlyList<ClaimedJob> jobs, DateTimeOffset deadline, CancellationToken cancellation)
    {
        if (jobs.Count == 0)
        {
            return 0;
        }

        var trace = TraceAttribute();
        var messages = jobs.Select(job => new OutgoingMessage(job.Message, trace)).ToArray();
        var outcomes = await queue.SendBatchAsync(messages, deadline, cancellation);
        return await MarkAsync([.. jobs.Select((job, i) => (job.Id, outcomes[i].Failure))], cancellation);
    }

    /// <summary>By which a detector goes on with this trace, in W3C's form.</summary>
    private static Dictionary<string, string>? TraceAttribute() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? new() { ["traceparent"] = id } : null;

    private static NpgsqlBatchCommand ClaimOf(OutboxQueue of, Guid[] photoIds) =>
        Sql.Command(Claim, Sql.Number(InBatch), Sql.Uuids(photoIds), Sql.Text(of.Name));

    private async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(Guid[] photoIds, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(ClaimOf(_of, photoIds));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await ReadAsync(row, cancellation);
    }

    private async Task<int> MarkAsync(
        IReadOnlyList<(Guid Id, string? Failure)> outcomes, CancellationToken cancellation)
    {
        var published = outcomes.Where(o => o.Failure is null).Select(o => o.Id).ToArray();
        var failed = outcomes.Where(o => o.Failure is not null).ToArray();
        await using var batch = database.CreateBatch();
        if (published.Length > 0)
        {
            batch.BatchCommands.Add(Sql.Command(_of.Mark, Sql.Uuids(published)));
        }

        if (failed.Length > 0)
        {
            Log.Waiting(logger, failed.Length, failed[0].Failure!);
            batch.BatchCommands.Add(Sql.Command(MarkFailed,
                Sql.Uuids([.. failed.Select(o => o.Id)]), Sql.Texts([.. failed.Select(o => o.Failure!)])));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        return failed.Length;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Jobs} messages wait in the outbox: {Reason}")]
        public static partial void Waiting(ILogger logger, int jobs, string reason);
    }
}
