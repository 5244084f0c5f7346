using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Sqs;

namespace PhotoLambda.Sweep;

/// <summary>
/// Ends the waiting of photos whose tickets have ended: where no object is they fail; where one is, its event was lost
/// or could not be dealt with, and the object is looked at once more.
/// </summary>
internal sealed partial class ExpirySweep(PendingStore photos, Buckets buckets, QueueClient events, ILogger logger)
{
    private const int InBatch = 400;
    private const int AtOnce = 16;

    // The last one is more than two days after the one before, and five after the first.
    private const int MostLooks = 8;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        var isReached = true;
        while (isReached && DateTimeOffset.UtcNow < time.StoreDeadline)
        {
            var due = await photos.ClaimAsync(InBatch, time.Ends);
            if (due.Count == 0)
            {
                break;
            }

            var there = await AskAsync(due, time);
            done.TicketsExpired += await photos.ExpireAsync(
                [.. there.Where(p => !p.Value).Select(p => p.Key)], time.Ends);
            PendingPhoto[] found = [.. there.Where(p => p.Value).Select(p => p.Key)];
            done.ObjectsUnreadable += await photos.GiveUpAsync(
                [.. found.Where(p => p.Looks >= MostLooks)], MostLooks, time.Ends);
            PendingPhoto[] hopeful = [.. found.Where(p => p.Looks < MostLooks)];
            var looked = await LookAsync(hopeful, time);
            done.ObjectsFound += await photos.NoteLooksAsync(looked, time.Ends);

            var left = due.Count - there.Count + hopeful.Length - looked.Count;
            done.TicketsLeft += left;
            // A store that answers nothing is not asked about the next ones, too.
            isReached = left < due.Count;
        }
    }

    /// <returns>Whether the object is there, for the photos whose store could be asked.</returns>
    private async Task<IReadOnlyDictionary<PendingPhoto, bool>> AskAsync(
        IReadOnlyList<PendingPhoto> due, SweepTime time)
    {
        var there = new ConcurrentDictionary<PendingPhoto, bool>();
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (photo, _) =>
            {
                try
                {
                    there[photo] = await IsThereAsync(photo, time);
                }
                catch (Exception e)
                {
                    // The boundary of one photo: it is asked about again later, the others go on.
                    Log.NotAsked(logger, e, photo.Id);
                }
            });
        return there;
    }

    private async Task<bool> IsThereAsync(PendingPhoto photo, SweepTime time)
    {
        if (await HasObjectAsync(photo, time))
        {
            return true;
        }

        if (photo.UploadId is null)
        {
            return false;
        }

        // Once it is given up it can no more be completed, so that only then an object that is not there never will be:
        // a completion may have been quicker.
        await buckets.Of(photo.Bucket).AbortUploadAsync(photo.Key, photo.UploadId, time.StoreDeadline, time.Ends);
        return await HasObjectAsync(photo, time);
    }

    /// <exception cref="HttpRequestException">The store cannot be reached, or does not say.</exception>
    private async Task<bool> HasObjectAsync(PendingPhoto photo, SweepTime time)
    {
        using var response = await buckets.Of(photo.Bucket).HeadAsync(photo.Key, time.StoreDeadline, time.Ends);
        return response is not null;
    }

    /// <returns>Those that the queue has a message of.</returns>
    private async Task<IReadOnlyCollection<PendingPhoto>> LookAsync(PendingPhoto[] found, SweepTime time)
    {
        var chunks = found.Chunk(ObjectLooks.MostObjects).ToArray();
        var outcomes = await events.SendBatchAsync(
            [.. chunks.Select(c => new OutgoingMessage(ObjectLooks.Message([.. c.Select(p => (p.Bucket, p.Key))])))],
            time.StoreDeadline, time.Ends);
        if (outcomes.FirstOrDefault(o => !o.Confirmed) is { } refused)
        {
            Log.NotLookedAt(logger, refused.Failure!);
        }

        return [.. chunks.Where((_, i) => outcomes[i].Confirmed).SelectMany(c => c)];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Whether photo {PhotoId} has an object is not known now")]
        public static partial void NotAsked(ILogger logger, Exception exception, Guid photoId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Objects that are there are looked at later: {Reason}")]
        public static partial void NotLookedAt(ILogger logger, string reason);
    }
}
