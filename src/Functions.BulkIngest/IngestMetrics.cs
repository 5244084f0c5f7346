using PhotoLambda.Signals;

namespace PhotoLambda.BulkIngest;

/// <summary>One line of metrics for each batch of messages.</summary>
internal sealed class IngestMetrics(MetricsLog? log, string function)
{
    private static readonly MetricSet Outcome = new(["Function"],
        ("Messages", "Count"), ("Stored", "Count"), ("Duplicates", "Count"), ("Rejected", "Count"),
        ("FailedMessages", "Count"));

    /// <param name="failed">Messages that are to come again.</param>
    public void Record(int messages, int stored, int duplicates, int rejected, int failed) =>
        log?.Write(Outcome, [function], [messages, stored, duplicates, rejected, failed]);
}
