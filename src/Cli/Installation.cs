using Npgsql;

namespace PhotoLambda.Cli;

/// <summary>What the database calls itself, and what time it has.</summary>
internal sealed record Installation(Guid Name, DateTimeOffset Now)
{
    private const string Select = "select name, now() from installation";

    /// <exception cref="PostgresException">The tables are not there.</exception>
    public static async Task<Installation> FindAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new Installation(row.GetGuid(0), row.GetFieldValue<DateTime>(1))
            : throw new CommandException("The table installation is empty: the database was not migrated as a whole.");
    }
}
