using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

/// <summary>Brings what the function logs through Microsoft.Extensions.Logging into the function's log.</summary>
internal sealed class LambdaLoggerProvider(LambdaLog log) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, log, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // The log is the process's, and outlives the provider.
    }

    private sealed class CategoryLogger(LambdaLoggerProvider provider, LambdaLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            log.Write(new LogEntry(logLevel, formatter(state, exception))
            {
                Category = category,
                EventId = eventId,
                Exception = exception,
                State = state as IReadOnlyList<KeyValuePair<string, object?>>,
                Scopes = provider._scopes,
            });
    }
}
