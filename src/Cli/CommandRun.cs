using System.CommandLine;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Cli.Push;
using PhotoLambda.Database;
using PhotoLambda.S3;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli;

/// <summary>What the user can mend is told in a line; the rest is a defect and shows its stack.</summary>
internal static class CommandRun
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>It worked, and there is something left to look at.</summary>
    public const int Remains = 2;

    private const int Interrupted = 130;
    private const string Variable = DatabaseLogin.Url;

    public static readonly Option<string> Database = new("--database")
    {
        Description = $"postgresql://user:password@host:5432/name of the tables' owner; {Variable} when not given.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) ?? "",
        Recursive = true,
    };

    /// <param name="action">Gets the database and where to write.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(ParseResult parsed, Func<DatabaseLogin, TextWriter, Task<int>> action) =>
        RunAsync(parsed, console => parsed.GetValue(Database) is { Length: > 0 } url
            ? action(
                DatabaseLogin.Of(DatabaseUrl.ToConnectionString(url), Environment.GetEnvironmentVariable), console)
            : throw new FormatException($"No database is named: give --database or set {Variable}."));

    /// <summary>The same of a command that needs no database.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<TextWriter, Task<int>> action)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            return await action(parsed.InvocationConfiguration.Output);
        }
        catch (OperationCanceledException e)
        {
            await error.WriteLineAsync(e is StoppedException ? e.Message : "Stopped.");
            return Interrupted;
        }
        catch (Exception e) when (Message(e) is { } message)
        {
            await error.WriteLineAsync(message);
            return Failed;
        }
    }

    private static string? Message(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } =>
            "The database has not all tables yet: run `photolambda migrate` first.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            $"The database refuses: {refused.MessageText}. Connect as the owner of the tables.",
        FormatException or SettingException or MigrationException or CommandException => e.Message,
        // They may name a key, or a file.
        ListingException or OutageException => Shown.Text(e.Message),
        NpgsqlException database => DatabaseFailure.Text(database),
        SqsException => $"The queue refuses: {e.Message}",
        HttpRequestException or TimeoutException => $"The store cannot be asked: {e.Message}",
        IOException or UnauthorizedAccessException or JsonException => Shown.Text(e.Message),
        _ => null,
    };
}

/// <summary>The command cannot go on; the message says why, and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>The user stopped it; the message says how far it got.</summary>
internal sealed class StoppedException(string message) : OperationCanceledException(message);
