namespace PhotoLambda.Migrate;

/// <summary>The time of one invocation, with enough left at its end to roll back and to answer.</summary>
internal sealed class MigrateTime : IDisposable
{
    // A database that is just being made, or that wakes up, takes less.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _work;
    private readonly CancellationTokenSource _rollback;

    /// <param name="remaining">Until the invocation is killed.</param>
    public MigrateTime(TimeSpan remaining)
    {
        var now = DateTimeOffset.UtcNow;
        Work = InvocationShare.Before(remaining, seconds: 20, share: 0.4);
        _work = new CancellationTokenSource(Work);
        _rollback = new CancellationTokenSource(InvocationShare.Before(remaining, seconds: 15, share: 0.3));
        ConnectDeadline = now + (Work / 2 < LongestWait ? Work / 2 : LongestWait);
        ResponseDeadline = now + InvocationShare.Before(remaining, seconds: 1, share: 0.1);
    }

    /// <summary>How long migrations may take.</summary>
    public TimeSpan Work { get; }

    /// <summary>When what is not done is given up.</summary>
    public CancellationToken WorkEnds => _work.Token;

    /// <summary>When what was given up is no longer waited for.</summary>
    public CancellationToken RollbackEnds => _rollback.Token;

    /// <summary>When a database that is down is no longer waited for.</summary>
    public DateTimeOffset ConnectDeadline { get; }

    /// <summary>When CloudFormation must have its response.</summary>
    public DateTimeOffset ResponseDeadline { get; }

    public void Dispose()
    {
        _work.Dispose();
        _rollback.Dispose();
    }
}
