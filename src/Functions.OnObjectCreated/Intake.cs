using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Takes objects in: finds their rows, reads them, stores what they are, sends off their jobs.</summary>
/// <param name="publications">Of photos that are to be on a CDN; null: the sweep sends them.</param>
internal sealed partial class Intake(
    PhotoStore photos, Observer observer, ChangeStore store, JobRelay relay, JobRelay? publications, ILogger logger)
{
    // Objects read at a time: enough to hide the store's latency, few enough for the memory of a small function.
    private const int ObjectsAtOnce = 16;

    /// <param name="events">The latest of each object.</param>
    /// <returns>The objects whose events could not be dealt with now.</returns>
    public async Task<IReadOnlySet<(string Bucket, string Key)>> TakeAsync(
        IReadOnlyDictionary<(string Bucket, string Key), ObjectEvent> events, InvocationTime time)
    {
        if (events.Count == 0)
        {
            return new HashSet<(string, string)>();
        }

        var found = await photos.FindAsync([.. events.Values], time.Ends);
        var (changes, broken) = (new Changes(), new ConcurrentDictionary<(string Bucket, string Key), bool>());
        await Parallel.ForEachAsync(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce },
            async (known, _) =>
            {
                if (!await ObserveAsync(events[(known.Bucket, known.Key)], known.Photo, changes, time.WorkEnds))
                {
                    broken[(known.Bucket, known.Key)] = true;
                }
            });
        var (refused, jobs) = await store.ApplyAsync(
            changes, [.. found.Where(f => f.Photo is not null).Select(f => f.Photo!.Id)], time.Ends);
        // The project's switch is known here; whether the photo is one to publish, the statement has decided.
        var published = changes.Inspections.Where(i => i.Photo.Policy.PublishToCdn).Select(i => i.Photo.Id).ToArray();
        await PublishAsync(jobs, published, time);
        return broken.Keys.Concat(refused).ToHashSet();
    }

    /// <returns>False when the object could not be read now.</returns>
    private async Task<bool> ObserveAsync(
        ObjectEvent item, Photo? photo, Changes changes, CancellationToken cancellation)
    {
        try
        {
            await observer.ObserveAsync(item, photo, changes, cancellation);
            return true;
        }
        catch (ObjectGoneException)
        {
            Log.Gone(logger, photo?.Id);
            // What replaced it has its own event, but where an archive is registered nobody may be told of those.
            return item.Kind != EventKind.Look || photo is not { State.IsUnread: true };
        }
        catch (Exception e)
        {
            // The boundary of one object: its message comes again, the others go on.
            Log.Unread(logger, e, photo?.Id);
            return false;
        }
    }

    private async Task PublishAsync(IReadOnlyList<ClaimedJob> jobs, Guid[] published, InvocationTime time)
    {
        try
        {
            // Side by side: a silent queue must not use up the other's time.
            await Task.WhenAll(
                relay.PublishAsync(jobs, time.QueueDeadline, time.Ends),
                publications?.RunAsync(published, time.QueueDeadline, time.Ends) ?? Task.CompletedTask);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The rows are committed and the jobs with them: they are published later, the event is dealt with.
            Log.NotPublished(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "The object of photo {PhotoId} was deleted or replaced since its event")]
        public static partial void Gone(ILogger logger, Guid? photoId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The object of photo {PhotoId} could not be read")]
        public static partial void Unread(ILogger logger, Exception exception, Guid? photoId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs wait in the outbox")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
