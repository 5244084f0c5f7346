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
    private bool _isCutShort;

    /// <exception cref="OutOfTimeException">The deadline has passed.</exception>
    public TryTime(TimeProvider time, TimeSpan silence, DateTimeOffset deadline, CancellationToken caller)
    {
        caller.ThrowIfCancellationRequested();
        (_time, _silence, _deadline, _caller) = (time, silence, deadline, caller);
        var limit = Limit();
        _late = limit > TimeSpan.Zero
            ? new CancellationTokenSource(limit, time)
            : throw new OutOfTimeException("There is no time left for the store.");
        _both = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, caller);
    }

    public CancellationToken Token => _both.Token;

    /// <summary>Tells that bytes have moved: the silence begins anew.</summary>
    public void Goes() => _late.CancelAfter(Limit());

    /// <exception cref="TimeoutException">The time of the try ended this one, and not the caller.</exception>
    public async Task<T> RunAsync<T>(Func<TryTime, Task<T>> request)
    {
        try
        {
            return await request(this);
        }
        catch (Exception e) when (Token.IsCancellationRequested && e is not SourceException)
        {
            // A connection that is given up within a write fails as if it were lost.
            _caller.ThrowIfCancellationRequested();
            throw _isCutShort
                ? new OutOfTimeException("The store did not answer in the time that was left.")
                : new TimeoutException($"The store did not answer within {_silence.TotalSeconds:0.###} s.");
        }
    }

    public void Dispose()
    {
        _both.Dispose();
        _late.Dispose();
    }

    private TimeSpan Limit()
    {
        var left = _deadline - _time.GetUtcNow();
        _isCutShort = left < _silence;
        return left >= _silence ? _silence : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

/// <summary>The caller's time was over before the store had its own: this says nothing of the store.</summary>
internal sealed class OutOfTimeException(string message) : TimeoutException(message);
