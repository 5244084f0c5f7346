using PhotoLambda.Signals;

namespace PhotoLambda.Sweep;

/// <summary>One line of metrics for each sweep.</summary>
internal sealed class SweepMetrics(MetricsLog? log, string function)
{
    private static readonly (string Name, Func<SweepReport, int> Value)[] Counts =
    [
        ("DeletionsFinished", r => r.DeletionsFinished), ("DeletionsLeft", r => r.DeletionsLeft),
        ("RowsExpired", r => r.RowsExpired), ("JobsPublished", r => r.JobsPublished), ("JobsLeft", r => r.JobsLeft),
        ("LooksPublished", r => r.LooksPublished), ("LooksLeft", r => r.LooksLeft),
        ("PublicationsSent", r => r.PublicationsSent), ("PublicationsLeft", r => r.PublicationsLeft),
        ("AssetDeletionsSent", r => r.AssetDeletionsSent), ("AssetDeletionsLeft", r => r.AssetDeletionsLeft),
        ("JobsRemade", r => r.JobsRemade), ("TicketsExpired", r => r.TicketsExpired),
        ("ObjectsFound", r => r.ObjectsFound), ("ObjectsUnreadable", r => r.ObjectsUnreadable),
        ("TicketsLeft", r => r.TicketsLeft), ("DetectionsTimedOut", r => r.DetectionsTimedOut),
        ("PartsFailed", r => r.PartsFailed),
    ];

    private static readonly MetricSet Set = new(
        ["Function"], [("OutboxAge", "Seconds"), .. Counts.Select(c => (c.Name, "Count"))]);

    public void Record(SweepReport done) =>
        log?.Write(Set, [function], [done.OutboxAge, .. Counts.Select(c => (double)c.Value(done))]);
}
