using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Backfill;

/// <param name="Total">Descriptors; null until all of them are sent.</param>
internal sealed record Batch(Guid Id, string OrganizationId, string Source, long? Total);

/// <summary>How far a batch is.</summary>
/// <param name="Parts">Messages that were dealt with.</param>
/// <param name="Done">Their descriptors.</param>
internal sealed record BatchCounts(long Parts, long Done, long Stored, long Rejected);

/// <summary>What is known of batches. As the worker: rows of all organizations.</summary>
internal sealed class BatchStore(NpgsqlDataSource worker)
{
    private const string HasProject =
        "select exists (select from projects where organization_id = $1 and id = $2)";

    private const string Find = "select organization_id, source, total from ingest_batches where id = $1";

    private const string Begin = """
        insert into ingest_batches (id, organization_id, requested_by, source) values ($1, $2, $3, $4)
        """;

    private const string Finish = "update ingest_batches set total = $2 where id = $1";

    private const string Count = """
        select count(*), coalesce(sum(rows), 0)::bigint,
          (select count(*) from photos where bulk_id = $1),
          (select count(*) from ingest_rejects where batch_id = $1)
        from ingest_parts where batch_id = $1
        """;

    private const string Rejects = $"""
        select {RejectGroup.Columns} from ingest_rejects where batch_id = $1
        group by sqlstate, field order by count(*) desc, sqlstate, field limit 20
        """;

    public async Task<bool> HasProjectAsync(string organization, Guid project, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, HasProject, Sql.Text(organization), Sql.Uuid(project));
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public async Task<Batch?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Find, Sql.Uuid(id));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new Batch(id, row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2))
            : null;
    }

    /// <param name="source">As the table has them: <c>backfill</c> or <c>redrive</c>.</param>
    public async Task BeginAsync(Guid id, string organization, string source, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Begin, Sql.Uuid(id), Sql.Text(organization),
            Sql.Text($"photolambda {source}"), Sql.Text(source));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="total">Of the descriptors that the queue has confirmed: all there are.</param>
    public async Task FinishAsync(Guid id, long total, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Finish, Sql.Uuid(id), Sql.Number(total));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<BatchCounts> CountAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Count, Sql.Uuid(id));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new BatchCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
    }

    /// <returns>The commonest first.</returns>
    public async Task<IReadOnlyList<RejectGroup>> RejectsAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await worker.OpenConnectionAsync(cancellation);
        await using var command = Sql.Command(connection, Rejects, Sql.Uuid(id));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await RejectGroup.ReadAsync(row, cancellation);
    }
}
