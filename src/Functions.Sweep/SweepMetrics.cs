using PhotoLambda.Signals;

namespace PhotoLambda.Sweep;

/// <summary>One line of metrics for each sweep.</summary>
internal sealed class SweepMetrics(MetricsLog? log, string function)
{
    private static readonly MetricSet Set = new(
        ["Function"], ("DeletionsFinished", "Count"), ("DeletionsLeft", "Count"), ("RowsExpired", "Count"));

    public void Record(SweepReport done) => log?.Write(
        Set, [function], [done.DeletionsFinished, done.DeletionsLeft, done.RowsExpired]);
}
