using System.Diagnostics;

namespace PhotoLambda.Cli.Reprocess;

/// <summary>
/// Has photos read again in the order of their ids, a batch at a time, and notes after each batch how far it is.
/// </summary>
internal sealed class Reprocessing(ReprocessStore photos, RunStore runs, LookQueue looks, TextWriter console)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    private readonly Progress _progress = new(console);
    private long _before;

    /// <param name="batch">Photos that are being read at a time.</param>
    /// <param name="wait">How long one may take before it counts as not done.</param>
    /// <returns>The run as it ended.</returns>
    /// <exception cref="StoppedException">It was stopped; what is noted lets it go on.</exception>
    public async Task<Run> RunAsync(Run run, int batch, TimeSpan wait, CancellationToken cancellation)
    {
        _before = run.Dealt;
        try
        {
            while (true)
            {
                var (next, now) = await photos.NextAsync(run.AfterId, batch, cancellation);
                if (next.Count == 0)
                {
                    await runs.FinishAsync(run, cancellation);
                    Say(run);
                    return run;
                }

                var unread = await ReadAsync(run, next, now, wait, cancellation);
                run = run with
                {
                    AfterId = next[^1].Id,
                    Done = run.Done + next.Count - unread.Count,
                    NotDone = run.NotDone + unread.Count,
                };
                await runs.NoteAsync(run, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException(
                $"Stopped after {Shown.Count(run.Dealt)} of {Shown.Count(run.Total)}; "
                + "the same command goes on from there.");
        }
        catch (CommandException e)
        {
            throw new CommandException($"{e.Message} {Shown.Count(run.Dealt)} of {Shown.Count(run.Total)} are done; "
                + "the same command goes on from there.");
        }
    }

    /// <returns>What was not read in time.</returns>
    private async Task<HashSet<Guid>> ReadAsync(
        Run run, IReadOnlyList<ReadPhoto> batch, DateTimeOffset now, TimeSpan wait, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        await looks.SendAsync([.. batch.Select(p => (p.Bucket, p.Key))], cancellation);
        var isRepeated = false;
        var unread = await photos.UnreadAsync(batch, now, cancellation);
        while (unread.Count > 0 && clock.Elapsed < wait)
        {
            await Task.Delay(PollInterval, cancellation);
            unread = await photos.UnreadAsync(batch.Where(p => unread.Contains(p.Id)), now, cancellation);
            _progress.Show(() => Line(run, batch.Count - unread.Count));
            if (!isRepeated && clock.Elapsed > wait / 2)
            {
                // A row that was changed between being found and being stored is left as it is; another look finds it.
                isRepeated = true;
                var again = batch.Where(p => unread.Contains(p.Id)).Select(p => (p.Bucket, p.Key));
                await looks.SendAsync([.. again], cancellation);
            }
        }

        foreach (var photo in batch.Where(p => unread.Contains(p.Id)))
        {
            _progress.Say($"not done: {photo.Id} s3://{Shown.Text(photo.Bucket)}/{Shown.Text(photo.Key)}");
        }

        return unread;
    }

    private string Line(Run run, int more)
    {
        var dealt = run.Dealt + more;
        var perSecond = (dealt - _before) / _progress.Elapsed.TotalSeconds;
        var left = perSecond > 0
            ? $"{Shown.Duration(TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, run.Total - dealt) / perSecond)))} left"
            : "nothing yet";
        return $"{Shown.Count(dealt)} of {Shown.Count(run.Total)}, {perSecond:0} per second, {left} …";
    }

    private void Say(Run run)
    {
        var perSecond = (run.Dealt - _before) / _progress.Elapsed.TotalSeconds;
        _progress.Say($"{Shown.Count(run.Done, "photo")} read again, {perSecond:0} per second"
            + (run.NotDone > 0 ? $"; {Shown.Count(run.NotDone)} not." : "."));
    }
}
