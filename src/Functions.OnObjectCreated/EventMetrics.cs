using PhotoLambda.Signals;

namespace PhotoLambda.OnObjectCreated;

/// <summary>One line of metrics for each batch of events.</summary>
internal sealed class EventMetrics(MetricsLog? log, string function, TimeProvider time)
{
    private static readonly MetricSet Outcome =
        new(["Function"], ("Objects", "Count"), ("Failed", "Count"));

    private static readonly MetricSet OutcomeAndAge =
        new(["Function"], ("Objects", "Count"), ("Failed", "Count"), ("EventAge", "Milliseconds"));

    /// <param name="events">Of the batch, the last of each object.</param>
    /// <param name="failed">Objects and messages that are to come again.</param>
    public void Record(IReadOnlyCollection<ObjectEvent> events, int failed)
    {
        // A look tells of no event.
        var told = events.Where(e => e.Kind != EventKind.Look).ToArray();
        if (told.Length == 0)
        {
            log?.Write(Outcome, [function], [events.Count, failed]);
            return;
        }

        // A negative age is the difference of two clocks.
        var age = Math.Max(0, (time.GetUtcNow().UtcDateTime - told.Min(e => e.At)).TotalMilliseconds);
        log?.Write(OutcomeAndAge, [function], [events.Count, failed, Math.Round(age)]);
    }
}
