namespace PhotoLambda;

/// <summary>
/// The time of one invocation, shared out so that what comes first cannot use up what comes last: an object that
/// cannot be read must not keep the others of its batch from being stored.
/// </summary>
internal sealed class InvocationTime : IDisposable
{
    private readonly CancellationTokenSource _work;
    private readonly CancellationTokenSource _whole;

    /// <param name="remaining">Until the invocation is killed.</param>
    public InvocationTime(TimeSpan remaining)
    {
        var work = InvocationShare.Before(remaining, seconds: 5, share: 0.3);
        _work = new CancellationTokenSource(work);
        WorkDeadline = DateTimeOffset.UtcNow + work;
        QueueDeadline = DateTimeOffset.UtcNow + InvocationShare.Before(remaining, seconds: 3, share: 0.2);
        _whole = new CancellationTokenSource(InvocationShare.Before(remaining, seconds: 1, share: 0.1));
    }

    /// <summary>When the work itself is given up, with time left to store what was done.</summary>
    public CancellationToken WorkEnds => _work.Token;

    /// <summary>The same, for calls that plan their tries by it.</summary>
    public DateTimeOffset WorkDeadline { get; }

    /// <summary>When the detection queue is no longer waited for.</summary>
    public DateTimeOffset QueueDeadline { get; }

    /// <summary>When all must be done, but for the answer.</summary>
    public CancellationToken Ends => _whole.Token;

    public void Dispose()
    {
        _work.Dispose();
        _whole.Dispose();
    }
}
