using Microsoft.Extensions.Logging;

namespace PhotoLambda.Local;

/// <summary>Brings what a part logs to the console of the local cloud.</summary>
internal sealed class StepLogger<T>(Action<string> say) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            say(formatter(state, exception));
        }
    }
}
