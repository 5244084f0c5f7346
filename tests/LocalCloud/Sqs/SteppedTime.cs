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

    /// <summary>Completes once somebody waits for a time from now that is at least this long.</summary>
    public Task SomebodyWaitsAsync(TimeSpan atLeast) => WhenAsync(() => _timers.Any(t => t.Due >= _now + atLeast));

    /// <summary>Completes once nobody waits that long.</summary>
    public Task NobodyWaitsAsync(TimeSpan atLeast) => WhenAsync(() => !_timers.Any(t => t.Due >= _now + atLeast));

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
        var timer = new SteppedTimer(this, callback, state);
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

    private sealed class SteppedTimer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
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
