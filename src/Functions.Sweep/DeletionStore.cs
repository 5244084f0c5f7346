using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Sweep;

/// <summary>The deletions that are not finished, of all organizations.</summary>
internal sealed class DeletionStore(NpgsqlDataSource database)
{
    // The claim is a lease that outlasts any invocation, and the pause before the next try in one: 2, 4, 8 … minutes,
    // at most 4 hours. Two sweeps never take the same row, and what a killed one had taken comes again.
    private const string Claim = $"""
        with due as (
          select photo_id from deletions where finished_at is null and due_at <= now()
          order by due_at limit $1 for update skip locked
        )
        update deletions d set attempts = attempts + 1,
          due_at = now() + least(interval '2 minutes' * power(2, least(attempts, 7)), interval '4 hours')
        from due where d.photo_id = due.photo_id
        returning {Deletion.Columns}
        """;

    private const string Mark = """
        update deletions d set last_error = left(nullif(outcome.error, ''), 500),
          finished_at = case when outcome.error = '' then now() end
        from unnest($1::uuid[], $2::text[]) as outcome (photo_id, error)
        where d.photo_id = outcome.photo_id and d.finished_at is null
        """;

    public async Task<IReadOnlyList<Deletion>> ClaimAsync(int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Claim);
        command.Parameters.Add(Sql.Number(most));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var due = new List<Deletion>();
        while (await row.ReadAsync(cancellation))
        {
            due.Add(Deletion.Map(row));
        }

        return due;
    }

    /// <param name="outcomes">Of claimed deletions: why the objects are still there, or null.</param>
    public async Task MarkAsync(
        IReadOnlyCollection<(Guid PhotoId, string? Error)> outcomes, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Mark);
        command.Parameters.Add(Sql.Uuids([.. outcomes.Select(o => o.PhotoId)]));
        command.Parameters.Add(Sql.Texts([.. outcomes.Select(o => o.Error ?? "")]));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
