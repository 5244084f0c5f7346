using System.Runtime.CompilerServices;
using Npgsql;
using PhotoLambda.Cli.Backfill;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Redrive;

/// <summary>Which rejects; null: whichever.</summary>
internal sealed record RejectFilter(Guid? Batch, string? SqlState, DateTimeOffset? Since, string? Organization);

/// <param name="Row">A descriptor; a whole message where <paramref name="RowNumber"/> is -1.</param>
internal sealed record RejectedRow(long Id, string? OrganizationId, Guid? BatchId, int RowNumber, string Row);

/// <summary>The rejects that were not sent again, of all organizations.</summary>
internal sealed class RejectStore(NpgsqlDataSource worker)
{
    private const string Chosen = """
        from ingest_rejects where redriven_at is null and ($1 is null or batch_id = $1)
          and ($2 is null or sqlstate = $2) and ($3 is null or created_at >= $3)
          and ($4 is null or organization_id = $4)
        """;

    private const string Summary = $"""
        select {RejectGroup.Columns} {Chosen}
        group by sqlstate, field order by count(*) desc, sqlstate, field limit 100
        """;

    private const string Select = $"""
        select id, organization_id, batch_id, row_number, row {Chosen}
        order by organization_id, batch_id, row_number < 0, id limit $5
        """;

    // A message is in its own batch still: were it rejected again, that would take the place of this one.
    private const string Detach = "update ingest_rejects set batch_id = null where id = any ($1)";

    private const string Mark = "update ingest_rejects set redriven_at = now() where id = any ($1)";

    public async Task<IReadOnlyList<RejectGroup>> SummarizeAsync(RejectFilter filter, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Summary, [.. Parameters(filter)]);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await RejectGroup.ReadAsync(row, cancellation);
    }

    /// <returns>Those of a batch one after another, whole messages last.</returns>
    public async IAsyncEnumerable<RejectedRow> ListAsync(
        RejectFilter filter, int limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Select, [.. Parameters(filter), Sql.Number(limit)]);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            yield return new RejectedRow(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1),
                row.IsDBNull(2) ? null : row.GetGuid(2), row.GetInt32(3), row.GetString(4));
        }
    }

    /// <summary>Before whole messages are sent: a reject that comes of them finds a place of its own.</summary>
    public Task DetachAsync(IEnumerable<long> ids, CancellationToken cancellation) =>
        ChangeAsync(Detach, ids, cancellation);

    /// <summary>After they were sent.</summary>
    public Task MarkAsync(IEnumerable<long> ids, CancellationToken cancellation) =>
        ChangeAsync(Mark, ids, cancellation);

    private static IEnumerable<NpgsqlParameter> Parameters(RejectFilter filter) =>
    [
        Sql.Uuid(filter.Batch), Sql.Text(filter.SqlState), Sql.Instant(filter.Since), Sql.Text(filter.Organization),
    ];

    private async Task ChangeAsync(string sql, IEnumerable<long> ids, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, sql, Sql.Numbers([.. ids.Select(id => (long?)id)]));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
