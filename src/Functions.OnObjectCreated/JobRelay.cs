using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.Sqs;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// Takes jobs from the outbox to the detection queue. What the queue does not confirm stays in the outbox, and the
/// next invocation takes it along: a queue that is down never fails an upload and never loses a job.
/// </summary>
internal sealed partial class JobRelay(NpgsqlDataSource database, QueueClient queue, ILogger logger)
{
    // Rows of this invocation, and those that an earlier one had to leave. Two relays never take the same row.
    private const string Claim = """
        select job_id, message::text from outbox
        where published_at is null and queue = 'detection'
          and (photo_id = any ($1) or created_at < now() - interval '30 seconds')
        order by created_at limit 500
        for update skip locked
        """;

    private const string MarkFailed = """
        update outbox o set attempts = attempts + 1, last_error = left(f.reason, 500)
        from unnest($1::uuid[], $2::text[]) as f (job_id, reason) where o.job_id = f.job_id
        """;

    /// <param name="photoIds">Whose jobs are to go now.</param>
    /// <param name="deadline">When the queue is not waited for any longer.</param>
    public async Task PublishAsync(Guid[] photoIds, DateTimeOffset deadline, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var jobs = await ClaimAsync(connection, photoIds, cancellation);
        if (jobs.Count == 0)
        {
            return;
        }

        var messages = jobs.ConvertAll(job => new OutgoingMessage(job.Message, TraceAttribute()));
        var outcomes = await queue.SendBatchAsync(messages, deadline, cancellation);
        await MarkAsync(connection, [.. jobs.Select((job, i) => (job.Id, outcomes[i].Failure))], cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>By which a detector goes on with this trace, in W3C's form.</summary>
    private static Dictionary<string, string>? TraceAttribute() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? new() { ["traceparent"] = id } : null;

    private static async Task<List<(Guid Id, string Message)>> ClaimAsync(
        NpgsqlConnection connection, Guid[] photoIds, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Claim, connection);
        command.Parameters.Add(Sql.Uuids(photoIds));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var jobs = new List<(Guid, string)>();
        while (await row.ReadAsync(cancellation))
        {
            jobs.Add((row.GetGuid(0), row.GetString(1)));
        }

        return jobs;
    }

    private async Task MarkAsync(
        NpgsqlConnection connection, IReadOnlyList<(Guid Id, string? Failure)> outcomes, CancellationToken cancellation)
    {
        var published = outcomes.Where(o => o.Failure is null).Select(o => o.Id).ToArray();
        var failed = outcomes.Where(o => o.Failure is not null).ToArray();
        if (failed.Length > 0)
        {
            Log.Waiting(logger, failed.Length, failed[0].Failure!);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Command(DetectionJob.MarkPublished, Sql.Uuids(published)));
        batch.BatchCommands.Add(Sql.Command(MarkFailed,
            Sql.Uuids([.. failed.Select(o => o.Id)]), Sql.Texts([.. failed.Select(o => o.Failure!)])));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Jobs} jobs wait in the outbox: {Reason}")]
        public static partial void Waiting(ILogger logger, int jobs, string reason);
    }
}
