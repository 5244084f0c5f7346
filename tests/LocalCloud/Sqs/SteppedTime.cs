namespace PhotoLambda.Tests;

/// <summary>A clock that moves only when told; timers fire within <see cref="Advance"/>, in order of time.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<SteppedTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private TaskCompletionSource _timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Timers made so far.</summary>
    public int TimersMade { get; private set; }

    /// <summary>Completes once somebody waits for exactly this time, by a timer made after so many others.</summary>
    public Task WaitedForAsync(DateTimeOffset due, int after = 0) =>
        WhenAsync(() => _timers.Any(t => t.Due == due && t.Number > after));

    /// <summary>Completes once somebody waits for exactly so long.</summary>
    public Task WaitedForAsync(TimeSpan fromNow) => WaitedForAsync(GetUtcNow() + fromNow);

    /// <summary>Completes once nobody waits for anything.</summary>
    public Task NobodyWaitsAsync() => WhenAsync(() => _timers.Count == 0);

    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (NextDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SteppedTimer timer;
        lock (_lock)
        {
            timer = new SteppedTimer(this, callback, state, ++TimersMade);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private async Task WhenAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (condition())
                {
                    return;
                }

                changed = _timersChanged.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    private void Changed()
    {
        _timersChanged.TrySetResult();
        _timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private SteppedTimer? NextDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            _now = next is null ? end : next.Due > _now ? next.Due.Value : _now;
            next?.Due = null;
            return next;
        }
    }

    private sealed class SteppedTimer(SteppedTime time, TimerCallback callback, object? state, int number) : ITimer
    {
        public int Number => number;

        public DateTimeOffset? Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                time._timers.Remove(this);
                time._timers.Add(this);
                time.Changed();
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                time.Changed();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
