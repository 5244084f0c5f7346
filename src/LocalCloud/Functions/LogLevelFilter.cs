using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// Lambda takes a line of a JSON log that tells no level for one of INFO, and drops it where the application's log level
/// is above that: a metric of CloudWatch's embedded format is such a line.
/// </summary>
/// <remarks>lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html</remarks>
internal static class LogLevelFilter
{
    public static bool Drops(FunctionResource function, string line) =>
        function is { LogFormat: "JSON", ApplicationLogLevel: "WARN" or "ERROR" or "FATAL" }
        && line.StartsWith('{') && !line.Contains("\"level\":", StringComparison.Ordinal);
}
