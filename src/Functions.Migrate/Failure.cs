using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Migrate;

/// <summary>Says what is wrong in a line, for whoever deploys.</summary>
internal static class Failure
{
    public static string Reason(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } =>
            "The database has not all tables yet: migrate it first.",
        PostgresException refused => $"The database refuses: {refused.MessageText} ({refused.SqlState}).",
        NpgsqlException database => $"The database cannot be used: {DatabaseFailure.Text(database)}",
        InvalidOperationException or FormatException or MigrationException or NotFinishedException => e.Message,
        _ => $"{e.GetType().Name}: {e.Message}",
    };
}

/// <summary>The time of the invocation is over.</summary>
internal sealed class NotFinishedException(TimeSpan time, Exception cause) : Exception(
    $"The database was not finished in {time.TotalSeconds:0.#} s; the file that was being applied is rolled back, "
    + "those before it stay. Deploy again, give the function more time, or run `photolambda migrate` where nothing "
    + "limits it.", cause);

/// <summary>An administrator's command failed; the message says why.</summary>
internal sealed class CommandFailedException(string message, Exception cause) : Exception(message, cause);
