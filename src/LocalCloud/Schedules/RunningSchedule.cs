using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Schedules;

/// <summary>
/// One schedule of a function: invokes it asynchronously each time it is due. What was due while nothing ran, or
/// while the machine slept, is not made up.
/// </summary>
/// <param name="enqueue">Keeps an event for an asynchronous invocation: logical id, payload.</param>
internal sealed class RunningSchedule(
    FunctionResource function,
    Schedule schedule,
    Func<string, byte[], CancellationToken, Task> enqueue,
    TimeProvider time)
{
    // Timers count by a clock of their own: over long waits the one on the wall is looked at again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Timetable _timetable = Timetable.Parse(schedule.Expression);
    private Times _times = new(null, null);

    public string Function => function.LogicalId;

    public Schedule Schedule => schedule;

    /// <summary>Null: disabled, or never again.</summary>
    public DateTimeOffset? NextDue => _times.NextDue;

    /// <summary>Of the last event; null before the first.</summary>
    public DateTimeOffset? LastFired => _times.LastFired;

    /// <param name="cancellation">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var next = schedule.Enabled ? _timetable.Next(time.GetUtcNow()) : null;
        for (_times = _times with { NextDue = next }; next is { } due; _times = _times with { NextDue = next })
        {
            await UntilAsync(due, cancellation);
            await FireAsync(due, cancellation);
            var now = time.GetUtcNow();
            next = _timetable.Next(due) is { } later && later > now ? later : _timetable.Next(now);
        }
    }

    /// <summary>Invokes the function now, due or not, enabled or not.</summary>
    public Task FireAsync(CancellationToken cancellation) => FireAsync(time.GetUtcNow(), cancellation);

    private async Task FireAsync(DateTimeOffset due, CancellationToken cancellation)
    {
        await enqueue(function.LogicalId, ScheduledEvent.Payload(function, schedule, due), cancellation);
        _times = _times with { LastFired = time.GetUtcNow() };
    }

    private async Task UntilAsync(DateTimeOffset due, CancellationToken cancellation)
    {
        for (TimeSpan left; (left = due - time.GetUtcNow()) > TimeSpan.Zero;)
        {
            await Task.Delay(left < LongestWait ? left : LongestWait, time, cancellation);
        }
    }

    // A reference, so that nobody reads half of a time that is being written.
    private sealed record Times(DateTimeOffset? NextDue, DateTimeOffset? LastFired);
}
