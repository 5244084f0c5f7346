using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Sweep;

/// <summary>Removes rows that have served their time.</summary>
internal sealed class ExpiredRows(NpgsqlDataSource database)
{
    // Few enough for one short transaction; the next statement takes the next.
    private const int InStatement = 5_000;

    // Each condition stands twice, since a request may take a row up again between the two. PostgreSQL
    // of older minor versions does not look at a condition on ctid again then.
    private const string IdempotencyKeys = """
        delete from idempotency_keys where expires_at < now() and ctid = any (array(
          select ctid from idempotency_keys where expires_at < now() limit $1))
        """;

    private const string RateLimits = """
        delete from rate_limits where updated_at < now() - interval '10 minutes' and ctid = any (array(
          select ctid from rate_limits where updated_at < now() - interval '10 minutes' limit $1))
        """;

    // Until then the deletion of a photo can be repeated.
    private const string Deletions = """
        delete from deletions where ctid = any (array(
          select ctid from deletions where finished_at < now() - interval '30 days' limit $1))
        """;

    private const string Strays = """
        delete from strays where last_seen_at < now() - interval '30 days' and ctid = any (array(
          select ctid from strays where last_seen_at < now() - interval '30 days' limit $1))
        """;

    private const string Rejects = """
        delete from ingest_rejects where created_at < now() - interval '30 days' and ctid = any (array(
          select ctid from ingest_rejects where created_at < now() - interval '30 days' limit $1))
        """;

    private const string Parts = """
        delete from ingest_parts where ctid = any (array(
          select ctid from ingest_parts where finished_at < now() - interval '30 days' limit $1))
        """;

    // One that is still at work after so long a time has younger parts.
    private const string Batches = """
        delete from ingest_batches where ctid = any (array(
          select ctid from ingest_batches b where created_at < now() - interval '30 days'
            and not exists (select from ingest_parts p where p.batch_id = b.id)
          limit $1))
        """;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        foreach (var statement in (string[])[IdempotencyKeys, RateLimits, Deletions, Strays, Rejects, Parts, Batches])
        {
            int some;
            do
            {
                some = await RemoveSomeAsync(statement, time.Ends);
                done.RowsExpired += some;
            }
            while (some == InStatement);
        }
    }

    private async Task<int> RemoveSomeAsync(string statement, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(statement);
        command.Parameters.Add(Sql.Number(InStatement));
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
