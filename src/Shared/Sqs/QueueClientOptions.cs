namespace PhotoLambda.Sqs;

/// <summary>How patient a <see cref="QueueClient"/> is.</summary>
internal sealed record QueueClientOptions
{
    /// <summary>Of one request; a long poll has its waiting time on top.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries after the first, 1 or more.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The longest wait before the first retry; doubled each time, cut by up to half at random.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Requests of one call under way at once.</summary>
    public int Parallelism { get; init; } = 4;
}
