using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Sweep;

/// <summary>Finishes deletions whose objects could not be deleted at once, or could still come after it.</summary>
internal sealed partial class DeletionSweep(DeletionStore deletions, Buckets buckets, ILogger logger)
{
    private const int InBatch = 100;
    private const int AtOnce = 16;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        while (DateTimeOffset.UtcNow < time.StoreDeadline)
        {
            var due = await deletions.ClaimAsync(InBatch, time.Ends);
            if (due.Count == 0)
            {
                break;
            }

            var outcomes = await RemoveAsync(due, time);
            await deletions.MarkAsync(outcomes, time.Ends);
            done.DeletionsFinished += outcomes.Count(o => o.Error is null);
            done.DeletionsLeft += outcomes.Count(o => o.Error is not null);
        }
    }

    private async Task<IReadOnlyCollection<(Guid PhotoId, string? Error)>> RemoveAsync(
        IReadOnlyList<Deletion> due, SweepTime time)
    {
        var outcomes = new ConcurrentBag<(Guid, string?)>();
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (deletion, _) => outcomes.Add((deletion.PhotoId, await RemoveAsync(deletion, time))));
        return outcomes;
    }

    /// <returns>Why it failed; null when it did not.</returns>
    private async Task<string?> RemoveAsync(Deletion deletion, SweepTime time)
    {
        try
        {
            await deletion.RemoveObjectsAsync(buckets, time.StoreDeadline, time.Ends);
            return null;
        }
        catch (Exception e)
        {
            // The boundary of one deletion: it is tried again later, the others go on.
            Log.Left(logger, e, deletion.PhotoId);
            return e.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The objects of photo {PhotoId} could not be deleted now")]
        public static partial void Left(ILogger logger, Exception exception, Guid photoId);
    }
}
