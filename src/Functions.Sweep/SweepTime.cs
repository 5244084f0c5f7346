namespace PhotoLambda.Sweep;

/// <summary>The time of one invocation: a store that does not answer must not keep results from being noted.</summary>
internal sealed class SweepTime : IDisposable
{
    private readonly CancellationTokenSource _whole;

    /// <param name="remaining">Until the invocation is killed.</param>
    public SweepTime(TimeSpan remaining)
    {
        StoreDeadline = DateTimeOffset.UtcNow + InvocationShare.Before(remaining, seconds: 5, share: 0.3);
        _whole = new CancellationTokenSource(InvocationShare.Before(remaining, seconds: 1, share: 0.1));
    }

    /// <summary>When the store is no longer waited for, and no more work is taken.</summary>
    public DateTimeOffset StoreDeadline { get; }

    /// <summary>When all must be done, but for the answer.</summary>
    public CancellationToken Ends => _whole.Token;

    public void Dispose() => _whole.Dispose();
}
