using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Reprocess;

/// <summary>How far a run is.</summary>
/// <param name="AfterId">All up to here were dealt with.</param>
internal sealed record Run(long Id, string Selection, Guid AfterId, long Total, long Done, long NotDone)
{
    public DateTime StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }

    public long Dealt => Done + NotDone;
}

/// <summary>The runs, of which each selection has one that is open at most.</summary>
internal sealed class RunStore(NpgsqlConnection connection)
{
    private const string Columns = "id, selection, after_id, total, done, not_done, started_at, finished_at";

    // For as long as the connection lives: two of a run would count each other's photos.
    private const string Lock = "select pg_try_advisory_lock(hashtextextended('reprocess ' || $1, 0))";

    private const string FindOpen =
        $"select {Columns} from reprocess_runs where selection = $1 and finished_at is null";

    private const string List = $"select {Columns} from reprocess_runs order by id desc limit 20";
    private const string Drop = "delete from reprocess_runs where selection = $1 and finished_at is null";

    private const string Begin =
        $"insert into reprocess_runs (selection, total) values ($1, $2) returning {Columns}";

    private const string Note = """
        update reprocess_runs set after_id = $2, done = $3, not_done = $4, updated_at = now() where id = $1
        """;

    private const string Finish = "update reprocess_runs set finished_at = now(), updated_at = now() where id = $1";

    public async Task<bool> TryLockAsync(Selection selection, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Lock, Sql.Text(selection.ToString()));
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public async Task<Run?> FindOpenAsync(Selection selection, CancellationToken cancellation) =>
        (await ReadAsync(Sql.Command(connection, FindOpen, Sql.Text(selection.ToString())), cancellation))
            .SingleOrDefault();

    public Task<IReadOnlyList<Run>> ListAsync(CancellationToken cancellation) =>
        ReadAsync(Sql.Command(connection, List), cancellation);

    public async Task DropAsync(Selection selection, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Drop, Sql.Text(selection.ToString()));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<Run> BeginAsync(Selection selection, long total, CancellationToken cancellation) =>
        (await ReadAsync(
            Sql.Command(connection, Begin, Sql.Text(selection.ToString()), Sql.Number(total)), cancellation)).Single();

    public async Task NoteAsync(Run run, CancellationToken cancellation)
    {
        await using var command = Sql.Command(
            connection, Note, Sql.Number(run.Id), Sql.Uuid(run.AfterId), Sql.Number(run.Done), Sql.Number(run.NotDone));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task FinishAsync(Run run, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Finish, Sql.Number(run.Id));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<IReadOnlyList<Run>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            var runs = new List<Run>();
            while (await row.ReadAsync(cancellation))
            {
                runs.Add(new Run(row.GetInt64(0), row.GetString(1), row.GetGuid(2), row.GetInt64(3), row.GetInt64(4),
                    row.GetInt64(5))
                {
                    StartedAt = row.GetDateTime(6),
                    FinishedAt = row.IsDBNull(7) ? null : row.GetDateTime(7),
                });
            }

            return runs;
        }
    }
}
