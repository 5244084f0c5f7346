namespace PhotoLambda.Lambda;

/// <summary>Writes to the function's log, in the format and from the level it is configured for.</summary>
public interface ILambdaLogger
{
    void Log(string message);

    void LogLine(string message);

    /// <param name="level">Trace, Debug, Information, Warning, Error, Critical, or Lambda's INFO, WARN, FATAL.</param>
    void Log(string level, string message);

    void LogTrace(string message);

    void LogDebug(string message);

    void LogInformation(string message);

    void LogWarning(string message);

    void LogError(string message);

    void LogError(Exception exception, string message);

    void LogCritical(string message);
}
