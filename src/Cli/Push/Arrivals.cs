using System.Diagnostics;

namespace PhotoLambda.Cli.Push;

/// <summary>Waits until the server has taken in what was uploaded, or says why it does not.</summary>
internal sealed class Arrivals(PhotoApi api, Journal journal, Outcomes outcomes, int parallel)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var waiting = outcomes.All.Where(f => f is { Outcome: Outcomes.Uploaded, PhotoId: not null }).ToArray();
        while (waiting.Length > 0)
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
            await Parallel.ForEachAsync(waiting, limits, async (file, token) =>
            {
                var seen = Look(file, await api.PhotoAsync(file.PhotoId!.Value, token));
                if (seen.Outcome == Outcomes.Failed)
                {
                    // The next run shall look at it again, and not take it for done.
                    journal.Add([journal.Find(file.Path)! with { State = FileState.Ticket }]);
                }

                outcomes.Add(seen);
            });
            waiting = [.. outcomes.All.Where(f => f is { Outcome: Outcomes.Uploaded, Status: "pending_upload" })];
            if (waiting.Length > 0 && clock.Elapsed > limit)
            {
                throw new CommandException($"{Shown.Count(waiting.Length, "photo")} did not arrive within "
                    + $"{Shown.Duration(limit)}.");
            }

            if (waiting.Length > 0)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    private static FileOutcome Look(FileOutcome file, PhotoAnswer? photo) => photo switch
    {
        null => file with { Outcome = Outcomes.Failed, Reason = "the photo was deleted" },
        { Status: "failed" } => file with
        {
            Status = photo.Status,
            Outcome = Outcomes.Failed,
            Reason = $"the photo failed: {photo.FailureReason}",
        },
        _ => file with { Status = photo.Status },
    };
}
