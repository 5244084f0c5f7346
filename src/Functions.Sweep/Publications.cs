using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Cdn;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.Sqs;

namespace PhotoLambda.Sweep;

/// <summary>What a CDN is to have and has not, and what it is to forget.</summary>
internal sealed class Publications(NpgsqlDataSource database, QueueClient queue, ILogger logger)
{
    private const int InBatch = 500;

    // A message was lost, or the CDN failed and its pause is over. It has an hour to come through, and is not made
    // again while it is in the outbox.
    private const string AskAgain = """
        with due as (
          select id from photos where cdn_due_at <= now() order by cdn_due_at limit $1 for update skip locked
        ), photo as (
          update photos p set cdn_due_at = now() + interval '1 hour' from due where p.id = due.id
          returning p.id, p.organization_id
        ), made as (
          insert into outbox (job_id, photo_id, organization_id, queue, message)
          select gen_random_uuid(), id, organization_id, 'cdn', jsonb_build_object('photo_id', id) from photo p
          where not exists (select from outbox o where o.photo_id = p.id and o.queue = 'cdn')
          order by id
        )
        select count(*) from photo
        """;

    // The claim is a lease and the pause before the next try in one: 10, 20, 40 … minutes, at most 4 hours.
    private const string Claim = """
        with due as (
          select id from cdn_assets where status = 'deleting' and due_at <= now()
          order by due_at limit $1 for update skip locked
        )
        update cdn_assets a set attempts = least(attempts + 1, 1000),
          due_at = now() + least(interval '10 minutes' * power(2, least(attempts, 5)), interval '4 hours')
        from due where a.id = due.id
        returning a.id
        """;

    private const string PutBack = "update cdn_assets set due_at = now() where id = any ($1) and status = 'deleting'";

    private readonly JobRelay _relay = new(database, queue, logger, OutboxQueue.Cdn);

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        while (await AskAgainAsync(time.Ends) == InBatch)
        {
            // Each takes other rows.
        }

        (done.PublicationsSent, done.PublicationsLeft) = await _relay.RunAsync(time.StoreDeadline, time.Ends);
        await SendDeletionsAsync(time, done);
    }

    private async Task<long> AskAgainAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(AskAgain);
        command.Parameters.Add(Sql.Number(InBatch));
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task SendDeletionsAsync(SweepTime time, SweepReport done)
    {
        while (DateTimeOffset.UtcNow < time.StoreDeadline)
        {
            var assets = await ClaimAsync(time.Ends);
            if (assets.Count == 0)
            {
                break;
            }

            var messages = assets.Select(AssetDeletion.Message).ToArray();
            var outcomes = await queue.SendBatchAsync(messages, time.StoreDeadline, time.Ends);
            var left = assets.Where((_, i) => !outcomes[i].Confirmed).ToArray();
            done.AssetDeletionsSent += assets.Count - left.Length;
            done.AssetDeletionsLeft += left.Length;
            if (left.Length > 0)
            {
                await PutBackAsync(left, time.Ends);
                break;
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> ClaimAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Claim);
        command.Parameters.Add(Sql.Number(InBatch));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var assets = new List<Guid>();
        while (await row.ReadAsync(cancellation))
        {
            assets.Add(row.GetGuid(0));
        }

        return assets;
    }

    private async Task PutBackAsync(Guid[] assets, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(PutBack);
        command.Parameters.Add(Sql.Uuids(assets));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
