using PhotoLambda.Signals;

namespace PhotoLambda.PublishToCdn;

/// <summary>One line of metrics for each batch of messages.</summary>
internal sealed class PublishMetrics(MetricsLog? log, string function)
{
    private static readonly MetricSet Outcome = new(["Function"],
        ("Messages", "Count"), ("Published", "Count"), ("Linked", "Count"), ("PublishFailures", "Count"),
        ("Removed", "Count"), ("RemoveFailures", "Count"), ("FailedMessages", "Count"));

    /// <param name="failedMessages">That are to come again.</param>
    public void Record(int messages, PublishCounts counts, int failedMessages) => log?.Write(
        Outcome, [function],
        [messages, counts.Published, counts.Linked, counts.Failed, counts.Removed, counts.RemoveFailures,
            failedMessages]);
}

/// <summary>What one batch came to.</summary>
internal sealed class PublishCounts
{
    private int _published, _failed;

    /// <summary>Contents that the CDN took.</summary>
    public int Published => _published;

    /// <summary>Photos whose content was on the CDN already, or is another invocation's to publish.</summary>
    public int Linked { get; set; }

    /// <summary>Contents and photos that are served by their origin for now.</summary>
    public int Failed => _failed;

    /// <summary>Assets that the CDN has forgotten.</summary>
    public int Removed { get; set; }

    public int RemoveFailures { get; set; }

    public void AddPublished() => Interlocked.Increment(ref _published);

    public void AddFailed(int count = 1) => Interlocked.Add(ref _failed, count);
}
