namespace PhotoLambda.S3;

/// <summary>The time of one try: it ends after too long a silence, and with the time of the caller.</summary>
internal sealed class TryTime : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly DateTimeOffset _deadline;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _both;

    /// <exception cref="OutOfTimeException">The deadline has passed.</exception>
    public TryTime(TimeProvider time, TimeSpan silence, DateTimeOffset deadline, CancellationToken caller)
    {
        caller.ThrowIfCancellationRequested();
        (_time, _silence, _deadline, _caller) = (time, silence, deadline, caller);
        if (Left <= TimeSpan.Zero)
        {
            throw new OutOfTimeException("There is no time left for the store.");
        }

        _late = new CancellationTokenSource(Limit, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, caller);
    }

    public CancellationToken Token => _both.Token;

    private TimeSpan Left => _deadline - _time.GetUtcNow();

    private TimeSpan Limit => Left is var left && left < _silence ? left : _silence;

    /// <summary>Tells that bytes have moved: the silence begins anew.</summary>
    public void Goes() => _late.CancelAfter(Limit is var limit && limit > TimeSpan.Zero ? limit : TimeSpan.Zero);

    /// <exception cref="TimeoutException">The time of the try ended this one, and not the caller.</exception>
    public async Task<T> RunAsync<T>(Func<TryTime, Task<T>> request)
    {
        try
        {
            return await request(this);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            throw Left > TimeSpan.Zero
                ? new TimeoutException($"The store did not answer within {_silence.TotalSeconds:0.###} s.")
                : new OutOfTimeException("The store did not answer in the time that was left.");
        }
    }

    public void Dispose()
    {
        _both.Dispose();
        _late.Dispose();
    }
}

/// <summary>The caller's time was over before the store had its own: this says nothing of the store.</summary>
internal sealed class OutOfTimeException(string message) : TimeoutException(message);
