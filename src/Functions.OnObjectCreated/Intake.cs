using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Takes new objects in: finds their rows, reads them, stores what they are, sends off their jobs.</summary>
internal sealed partial class Intake(PhotoStore photos, Inspector inspector, JobRelay relay, ILogger logger)
{
    // Objects read at a time: enough to hide the store's latency, few enough for the memory of a small function.
    private const int ObjectsAtOnce = 8;

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
        foreach (var stray in events.Values.Where(e => !found.ContainsKey((e.Bucket, e.Key))))
        {
            Log.Stray(logger, stray.Bucket, stray.Key);
        }

        var broken = new ConcurrentDictionary<(string Bucket, string Key), bool>();
        var waiting = found.Values.Where(f => f.Waits).Select(f => f.Photo);
        var inspections = new ConcurrentBag<Inspection>();
        await Parallel.ForEachAsync(
            waiting,
            new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce },
            async (photo, _) =>
            {
                if (!await InspectAsync(photo, events[(photo.Bucket, photo.Key)], inspections, time.ReadingEnds))
                {
                    broken[(photo.Bucket, photo.Key)] = true;
                }
            });
        foreach (var photo in await StoreAsync([.. inspections], time.Ends))
        {
            broken[(photo.Bucket, photo.Key)] = true;
        }

        await PublishAsync([.. found.Values.Select(f => f.Photo.Id)], time.QueueDeadline, time.Ends);
        return broken.Keys.ToHashSet();
    }

    /// <returns>False when the object could not be read now.</returns>
    private async Task<bool> InspectAsync(
        PendingPhoto photo, ObjectEvent item, ConcurrentBag<Inspection> inspections, CancellationToken cancellation)
    {
        try
        {
            inspections.Add(await inspector.InspectAsync(photo, item, cancellation));
            return true;
        }
        catch (ObjectGoneException)
        {
            Log.Gone(logger, photo.Id);
            return true;
        }
        catch (Exception e)
        {
            // The boundary of one object: its message comes again, the others go on.
            Log.Unread(logger, e, photo.Id);
            return false;
        }
    }

    /// <returns>The photos that could not be stored.</returns>
    private async Task<IReadOnlyCollection<PendingPhoto>> StoreAsync(
        IReadOnlyCollection<Inspection> inspections, CancellationToken cancellation)
    {
        try
        {
            await photos.ApplyAsync(inspections, cancellation);
            return [];
        }
        catch (PostgresException e) when (!e.IsTransient && inspections.Count > 1)
        {
            // One row that the database refuses takes its batch along: then each goes alone.
            var refused = new List<PendingPhoto>();
            foreach (var inspection in inspections)
            {
                refused.AddRange(await StoreAsync([inspection], cancellation));
            }

            return refused;
        }
        catch (NpgsqlException e)
        {
            Log.NotStored(logger, e, inspections.Count);
            return [.. inspections.Select(i => i.Photo)];
        }
    }

    private async Task PublishAsync(Guid[] photoIds, DateTimeOffset deadline, CancellationToken cancellation)
    {
        try
        {
            await relay.PublishAsync(photoIds, deadline, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The rows are committed and the jobs with them: they are published later, the event is dealt with.
            Log.NotPublished(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No ticket was ever given for {Bucket}/{Key}")]
        public static partial void Stray(ILogger logger, string bucket, string key);

        [LoggerMessage(Level = LogLevel.Information,
            Message = "The object of photo {PhotoId} was deleted or replaced since its event")]
        public static partial void Gone(ILogger logger, Guid photoId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The object of photo {PhotoId} could not be read")]
        public static partial void Unread(ILogger logger, Exception exception, Guid photoId);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Photos} photos could not be stored")]
        public static partial void NotStored(ILogger logger, Exception exception, int photos);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs wait in the outbox")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
