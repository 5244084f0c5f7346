using Microsoft.Extensions.Logging;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// From the store's events to rows: one transaction for all that the batch tells, one outcome for each message.
/// </summary>
internal sealed partial class ObjectCreatedHandler(Intake intake, EventMetrics metrics, ILogger logger)
{
    /// <returns>The messages that are to come again.</returns>
    /// <exception cref="EventsFailedException">
    /// The store invoked the function itself, and is to do so again.
    /// </exception>
    public async Task<SQSBatchResponse> HandleAsync(Stream input, InvocationTime time)
    {
        var failed = new HashSet<string>();
        var messages = EventBatch.Read(input, failed);
        foreach (var id in failed)
        {
            Log.Unreadable(logger, id);
        }

        // Of several events on one object in a batch the last one tells what is there; a look has no sequencer and
        // gives way to any that is news.
        var latest = messages.SelectMany(m => m.Events)
            .GroupBy(e => (e.Bucket, e.Key))
            .ToDictionary(g => g.Key, g => g.MaxBy(e => e.Sequencer, StringComparer.Ordinal)! with
            {
                IsLookedAt = g.Any(e => e.Kind == EventKind.Look),
            });
        var broken = await TakeAsync(latest, failed.Count, time);
        foreach (var message in messages.Where(m => m.Events.Any(e => broken.Contains((e.Bucket, e.Key)))))
        {
            failed.Add(message.MessageId ?? throw new EventsFailedException(broken.Count));
        }

        return new SQSBatchResponse(
            [.. failed.Select(id => new SQSBatchResponse.BatchItemFailure { ItemIdentifier = id })]);
    }

    private async Task<IReadOnlySet<(string Bucket, string Key)>> TakeAsync(
        IReadOnlyDictionary<(string Bucket, string Key), ObjectEvent> events, int unreadable, InvocationTime time)
    {
        var failed = events.Count;
        try
        {
            var broken = await intake.TakeAsync(events, time);
            failed = broken.Count;
            return broken;
        }
        catch (Exception e)
        {
            // The boundary of a batch: to say that all failed keeps everything, to throw slows the queue down.
            Log.Failed(logger, e, events.Count);
            return events.Keys.ToHashSet();
        }
        finally
        {
            metrics.Record([.. events.Values], failed + unreadable);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} holds no event of the store")]
        public static partial void Unreadable(ILogger logger, string messageId);

        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of events on {Objects} objects failed")]
        public static partial void Failed(ILogger logger, Exception exception, int objects);
    }
}

/// <summary>Some events could not be dealt with now.</summary>
internal sealed class EventsFailedException(int objects)
    : Exception($"The events of {objects} objects could not be dealt with.");
