namespace PhotoLambda.Tests;

/// <summary>
/// The system's clock, moved by an offset, in which the delays before retries take a hundredth of their time. So does
/// silence if it is to.
/// </summary>
internal sealed class HastyTime(bool hurriesSilence = false) : TimeProvider
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(4);

    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(Offset.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Hurried(this);
        timer.Start(base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period), dueTime, period);
        return timer;
    }

    private TimeSpan Hurry(TimeSpan due) =>
        due > TimeSpan.Zero && (hurriesSilence || due <= LongestDelay) ? due / 100 : due;

    private sealed class Hurried(HastyTime time) : ITimer
    {
        private ITimer? _timer;

        public void Start(ITimer timer, TimeSpan dueTime, TimeSpan period)
        {
            _timer = timer;
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer!.Change(time.Hurry(dueTime), period);

        public void Dispose() => _timer!.Dispose();

        public ValueTask DisposeAsync() => _timer!.DisposeAsync();
    }
}
