using Npgsql;
using PhotoLambda.Cdn;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>The assets whose last photo is gone.</summary>
internal sealed class RemovalStore(NpgsqlDataSource database)
{
    // Before its time whoever publishes it may still be at it. The sweep, which asks at that time, moves it on.
    private const string Select = """
        select id, provider, file_id, url from cdn_assets
        where id = any ($1) and status = 'deleting' and (due_at <= now() or attempts > 0)
        """;

    private const string Forget = "delete from cdn_assets where id = any ($1) and status = 'deleting'";

    private const string Fail = """
        update cdn_assets a set last_error = left(f.reason, 500), attempts = greatest(a.attempts, 1),
          due_at = greatest(a.due_at, now() + interval '2 minutes')
        from unnest($1::uuid[], $2::text[]) as f (id, reason) where a.id = f.id and a.status = 'deleting'
        """;

    public async Task<IReadOnlyList<CdnAsset>> FindAsync(Guid[] ids, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(Sql.Uuids(ids));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var due = new List<CdnAsset>();
        while (await row.ReadAsync(cancellation))
        {
            due.Add(new CdnAsset(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3)));
        }

        return due;
    }

    /// <param name="outcomes">Why the CDN still has them; null: it has not.</param>
    public async Task MarkAsync(
        IReadOnlyCollection<(Guid Id, string? Error)> outcomes, CancellationToken cancellation)
    {
        var failed = outcomes.Where(o => o.Error is not null).ToArray();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(
            Forget, Sql.Uuids([.. outcomes.Where(o => o.Error is null).Select(o => o.Id)])));
        batch.BatchCommands.Add(Sql.Command(
            Fail, Sql.Uuids([.. failed.Select(o => o.Id)]), Sql.Texts([.. failed.Select(o => o.Error)])));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
