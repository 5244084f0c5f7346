using Microsoft.Extensions.Logging;

namespace PhotoLambda.Sweep;

/// <summary>One thing that a sweep sees to: it counts in the report what it did.</summary>
internal sealed record SweepPart(string Name, Func<SweepTime, SweepReport, Task> RunAsync);

/// <summary>One sweep. It may be cut off anywhere: the next one finds what is left.</summary>
internal sealed partial class SweepHandler(SweepPart[] parts, SweepMetrics metrics, ILogger logger)
{
    /// <summary>Runs all parts side by side: a silent store or queue keeps none of the others waiting.</summary>
    /// <exception cref="SweepFailedException">A part failed, and the others are through.</exception>
    public async Task<SweepReport> HandleAsync(SweepTime time)
    {
        var done = new SweepReport();
        var ended = await Task.WhenAll(parts.Select(part => RunAsync(part, time, done)));
        string[] failed = [.. parts.Where((_, i) => !ended[i]).Select(part => part.Name)];
        done.PartsFailed = failed.Length;
        Log.Swept(logger, done);
        metrics.Record(done);
        return failed.Length == 0 ? done : throw new SweepFailedException(failed);
    }

    private async Task<bool> RunAsync(SweepPart part, SweepTime time, SweepReport done)
    {
        try
        {
            await part.RunAsync(time, done);
            return true;
        }
        catch (Exception e)
        {
            // The boundary of one part: the others go on.
            Log.Failed(logger, e, part.Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Swept: {Report}")]
        public static partial void Swept(ILogger logger, SweepReport report);

        [LoggerMessage(Level = LogLevel.Error, Message = "The sweep of {Part} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string part);
    }
}

/// <summary>The invocation ends as an error, for alarms and for Lambda to repeat it.</summary>
internal sealed class SweepFailedException(IReadOnlyCollection<string> parts)
    : Exception($"These parts of the sweep failed: {string.Join(", ", parts)}.");
