using Npgsql;

namespace PhotoLambda.Database;

/// <summary>What a failure of the database says in a line.</summary>
internal static class DatabaseFailure
{
    /// <returns>The message, with what is behind it unless it says so itself.</returns>
    public static string Text(NpgsqlException e) =>
        e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{e.Message}: {inner.Message}"
            : e.Message;
}
