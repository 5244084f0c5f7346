using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

internal sealed class LambdaContextLogger(LambdaLog log) : ILambdaLogger
{
    public void Log(string message) => Write(LogLevel.Information, message);

    public void LogLine(string message) => Write(LogLevel.Information, message);

    public void Log(string level, string message) =>
        Write(LogLevels.Parse(level) ?? LogLevel.Information, message);

    public void LogTrace(string message) => Write(LogLevel.Trace, message);

    public void LogDebug(string message) => Write(LogLevel.Debug, message);

    public void LogInformation(string message) => Write(LogLevel.Information, message);

    public void LogWarning(string message) => Write(LogLevel.Warning, message);

    public void LogError(string message) => Write(LogLevel.Error, message);

    public void LogError(Exception exception, string message) => Write(LogLevel.Error, message, exception);

    public void LogCritical(string message) => Write(LogLevel.Critical, message);

    private void Write(LogLevel level, string message, Exception? exception = null) =>
        log.Write(new LogEntry(level, message) { Exception = exception });
}
