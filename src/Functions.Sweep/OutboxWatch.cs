using Npgsql;

namespace PhotoLambda.Sweep;

/// <summary>How long the outbox has been waiting for its queues, for whoever is paged.</summary>
internal sealed class OutboxWatch(NpgsqlDataSource database)
{
    private const string Oldest = """
        select coalesce(ceil(extract(epoch from now() - min(created_at))), 0)::int
        from outbox where published_at is null
        """;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        await using var command = database.CreateCommand(Oldest);
        done.OutboxAge = (int)(await command.ExecuteScalarAsync(time.Ends))!;
    }
}
