using System.Diagnostics;
using Npgsql;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Waits until all of a batch is dealt with, and shows how far it is.</summary>
internal sealed class Waiting(BatchStore batches, TextWriter console)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.5);

    private readonly Progress _progress = new(console);

    /// <param name="parts">Messages that were sent; null where nobody knows.</param>
    /// <param name="patience">How long nothing may happen.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">Nothing happened for so long.</exception>
    /// <exception cref="StoppedException">The user waits no longer.</exception>
    public async Task<int> RunAsync(
        Guid batch, long total, int? parts, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var (last, changed) = (new BatchCounts(0, 0, 0, 0), TimeSpan.Zero);
        try
        {
            while (true)
            {
                var began = clock.Elapsed;
                var counts = await CountAsync(batch, last, cancellation);
                (last, changed) = (counts, counts == last ? changed : clock.Elapsed);
                if (counts.Done >= total || counts.Parts >= parts)
                {
                    return await SayAsync(batch, total, counts, cancellation);
                }

                if (clock.Elapsed - changed >= patience)
                {
                    throw new CommandException(GivenUp(batch, total, counts, patience));
                }

                _progress.Show(() => Line(total, counts));
                // Counting millions must not become the database's work.
                var pause = 4 * (clock.Elapsed - began);
                await Task.Delay(pause > PollInterval ? pause : PollInterval, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException("Stopped waiting; the registration goes on. To wait again: "
                + $"photolambda backfill --batch-id {batch}");
        }
    }

    /// <summary>A database that is away for a while is waited for like the function.</summary>
    private async Task<BatchCounts> CountAsync(Guid batch, BatchCounts last, CancellationToken cancellation)
    {
        try
        {
            return await batches.CountAsync(batch, cancellation);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            _progress.Show(() => $"The database does not answer: {e.Message} …");
            return last;
        }
    }

    private static string GivenUp(Guid batch, long total, BatchCounts counts, TimeSpan patience) =>
        $"Nothing happened for {Shown.Duration(patience)}: {Shown.Count(counts.Done)} of {Shown.Count(total)} are "
        + "done. Does the function behind the queue run? What it gave up is shown by: photolambda redrive --dry-run. "
        + $"To wait again: photolambda backfill --batch-id {batch}";

    private string Line(long total, BatchCounts counts)
    {
        var perSecond = counts.Done / _progress.Elapsed.TotalSeconds;
        var left = perSecond > 0
            ? $"{Shown.Duration(TimeSpan.FromSeconds(Math.Ceiling((total - counts.Done) / perSecond)))} left"
            : "nothing yet";
        return $"{Shown.Count(counts.Done)} of {Shown.Count(total)} done, {Shown.Count(counts.Stored)} stored, "
            + $"{Shown.Count(counts.Rejected)} rejected, {perSecond:0} per second, {left} …";
    }

    private async Task<int> SayAsync(Guid batch, long total, BatchCounts counts, CancellationToken cancellation)
    {
        _progress.Say($"{Shown.Count(total, "object")}: {Shown.Count(counts.Stored)} stored, "
            + $"{Shown.Count(Math.Max(0, counts.Done - counts.Stored - counts.Rejected))} were there, "
            + $"{Shown.Count(counts.Rejected)} rejected, "
            + $"{total / Math.Max(_progress.Elapsed.TotalSeconds, 0.001):0} per second.");
        if (counts.Rejected == 0)
        {
            return CommandRun.Done;
        }

        _progress.Say(RejectGroup.Table(await batches.RejectsAsync(batch, cancellation)).TrimEnd());
        _progress.Say($"Once mended: photolambda redrive --rejects --batch {batch}");
        return CommandRun.Remains;
    }
}
