using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// From the store's events to rows: one transaction for all that the batch tells, one outcome for each message.
/// </summary>
internal sealed partial class ObjectCreatedHandler(PhotoStore photos, Inspector inspector, JobRelay relay, ILogger logger)
{
    // Objects read at a time: enough to hide the store's latency, few enough for the memory of a small function.
    private const int ObjectsAtOnce = 8;

    /// <param name="deadline">When waiting for the detection queue ends; the transaction's end comes after it.</param>
    /// <param name="cancellation">When reading and writing end.</param>
    /// <returns>The messages that are to come again.</returns>
    /// <exception cref="EventsFailedException">The store invoked the function itself, and is to do so again.</exception>
    public async Task<SQSBatchResponse> HandleAsync(
        Stream input, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var failed = new HashSet<string>();
        var messages = EventBatch.Read(input, failed);
        foreach (var id in failed)
        {
            Log.Unreadable(logger, id);
        }

        // Of several events on one object in a batch the last one tells what is there.
        var latest = messages.SelectMany(m => m.Events)
            .GroupBy(e => (e.Bucket, e.Key))
            .ToDictionary(g => g.Key, g => g.MaxBy(e => e.Sequencer, StringComparer.Ordinal)!);
        var broken = latest.Count == 0 ? [] : await ProcessAsync(latest, deadline, cancellation);
        foreach (var message in messages.Where(m => m.Events.Any(e => broken.Contains((e.Bucket, e.Key)))))
        {
            failed.Add(message.MessageId ?? throw new EventsFailedException(broken.Count));
        }

        return new SQSBatchResponse([.. failed.Select(id => new SQSBatchResponse.BatchItemFailure { ItemIdentifier = id })]);
    }

    /// <returns>The objects whose events could not be dealt with now.</returns>
    private async Task<HashSet<(string Bucket, string Key)>> ProcessAsync(
        Dictionary<(string Bucket, string Key), ObjectEvent> events, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var found = await photos.FindAsync(events.Values, cancellation);
        foreach (var stray in events.Values.Where(e => !found.ContainsKey((e.Bucket, e.Key))))
        {
            Log.Stray(logger, stray.Bucket, stray.Key);
        }

        var broken = new HashSet<(string, string)>();
        var inspections = await InspectAsync(
            found.Values.Where(f => f.Waits).Select(f => (f.Photo, events[(f.Photo.Bucket, f.Photo.Key)])), broken, cancellation);
        await StoreAsync(inspections, broken, cancellation);
        await PublishAsync([.. found.Values.Select(f => f.Photo.Id)], deadline, cancellation);
        return broken;
    }

    private async Task<IReadOnlyCollection<Inspection>> InspectAsync(
        IEnumerable<(PendingPhoto Photo, ObjectEvent Event)> waiting, HashSet<(string, string)> broken, CancellationToken cancellation)
    {
        var inspections = new ConcurrentBag<Inspection>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ObjectsAtOnce, CancellationToken = CancellationToken.None };
        await Parallel.ForEachAsync(waiting, options, async (pair, _) =>
        {
            var (photo, item) = pair;
            try
            {
                inspections.Add(await inspector.InspectAsync(photo, item, cancellation));
            }
            catch (ObjectGoneException)
            {
                Log.Gone(logger, photo.Id);
            }
            catch (Exception e)
            {
                // The boundary of one object: its message comes again, the others go on.
                Log.Unread(logger, e, photo.Id);
                lock (broken)
                {
                    broken.Add((photo.Bucket, photo.Key));
                }
            }
        });
        return inspections;
    }

    private async Task StoreAsync(
        IReadOnlyCollection<Inspection> inspections, HashSet<(string, string)> broken, CancellationToken cancellation)
    {
        if (inspections.Count == 0)
        {
            return;
        }

        try
        {
            await photos.ApplyAsync(inspections, cancellation);
        }
        catch (PostgresException e) when (!e.IsTransient && inspections.Count > 1)
        {
            // One row that the database refuses takes its batch along: then each goes alone.
            foreach (var inspection in inspections)
            {
                await StoreAsync([inspection], broken, cancellation);
            }
        }
        catch (NpgsqlException e)
        {
            foreach (var (photo, _, _, _) in inspections)
            {
                Log.NotStored(logger, e, photo.Id);
                broken.Add((photo.Bucket, photo.Key));
            }
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
        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} holds no event of the store")]
        public static partial void Unreadable(ILogger logger, string messageId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "No ticket was ever given for {Bucket}/{Key}")]
        public static partial void Stray(ILogger logger, string bucket, string key);

        [LoggerMessage(Level = LogLevel.Information, Message = "The object of photo {PhotoId} was deleted or replaced since its event")]
        public static partial void Gone(ILogger logger, Guid photoId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The object of photo {PhotoId} could not be read")]
        public static partial void Unread(ILogger logger, Exception exception, Guid photoId);

        [LoggerMessage(Level = LogLevel.Error, Message = "Photo {PhotoId} could not be stored")]
        public static partial void NotStored(ILogger logger, Exception exception, Guid photoId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs wait in the outbox")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}

/// <summary>Some events could not be dealt with now.</summary>
internal sealed class EventsFailedException(int objects) : Exception($"The events of {objects} objects could not be dealt with.");
