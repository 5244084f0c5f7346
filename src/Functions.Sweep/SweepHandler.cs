using Microsoft.Extensions.Logging;

namespace PhotoLambda.Sweep;

/// <summary>One sweep. It may be cut off anywhere: the next one finds what is left.</summary>
internal sealed partial class SweepHandler(
    DeletionSweep deletions, ExpiredRows expired, SweepMetrics metrics, ILogger logger)
{
    public async Task<SweepReport> HandleAsync(SweepTime time)
    {
        var (finished, failed) = await deletions.RunAsync(time);
        var rows = await expired.RemoveAsync(time.Ends);
        var done = new SweepReport(finished, failed, rows);
        Log.Swept(logger, finished, failed, rows);
        metrics.Record(done);
        return done;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "{Finished} deletions finished, {Failed} left for later, {Rows} rows expired")]
        public static partial void Swept(ILogger logger, int finished, int failed, int rows);
    }
}
