using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli;

/// <summary>
/// The database as the functions behind the queues see it: photos of all organizations. Row-level security is forced
/// on the owner of the tables too, so the owner puts on the worker's role.
/// </summary>
internal static class WorkerDatabase
{
    private const string Role = RoleLogin.Worker;

    /// <param name="database">As the tables' owner, a superuser or the worker itself.</param>
    /// <param name="commandTimeout">Seconds.</param>
    public static NpgsqlDataSource Open(DatabaseLogin database, int commandTimeout = 60)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            // A reset between two uses would put the role off again.
            NoResetOnClose = true,
            CommandTimeout = commandTimeout,
        };
        var builder = database.Builder(settings.ConnectionString).EnableArrays();
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously here."), BecomeWorkerAsync);
        return builder.Build();
    }

    private static async Task BecomeWorkerAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand($"set role {Role}", connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new CommandException(
                $"The database user {connection.UserName} may not act as {Role}. An administrator can let it: "
                + $"grant {Role} to {connection.UserName} with inherit false, set true; (before PostgreSQL 16 without "
                + "what follows 'with'). Or connect as the worker itself.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            throw new CommandException($"The server has no role {Role}: run `photolambda migrate` first.");
        }
    }
}
