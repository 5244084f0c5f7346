using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

/// <summary>One message for the log, before it has a format.</summary>
internal readonly record struct LogEntry(LogLevel Level, string Message)
{
    public string? Category { get; init; }

    public EventId EventId { get; init; }

    public Exception? Exception { get; init; }

    /// <summary>The values that went into the message, by the names they have in its template.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? State { get; init; }

    public IExternalScopeProvider? Scopes { get; init; }
}
