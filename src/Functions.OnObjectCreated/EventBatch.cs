using System.Text.Json;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// The records of one invocation, whichever way they came: in messages of a queue, or straight from the store.
/// </summary>
/// <param name="MessageId">Of the queue's message; null when the store invoked the function itself.</param>
/// <param name="Events">What the message tells of; empty for a test event or a type that is of no concern here.</param>
internal sealed record EventMessage(string? MessageId, IReadOnlyList<ObjectEvent> Events);

internal static class EventBatch
{
    /// <param name="unreadable">Gets the ids of messages that hold no store event at all.</param>
    public static IReadOnlyList<EventMessage> Read(Stream input, ICollection<string> unreadable)
    {
        using var document = JsonDocument.Parse(input);
        if (!IsFromQueue(document.RootElement))
        {
            return [new EventMessage(null, Records(document.RootElement.Deserialize(EventJson.Default.S3Event)))];
        }

        var messages = new List<EventMessage>();
        foreach (var message in document.RootElement.Deserialize(EventJson.Default.SQSEvent)!.Records)
        {
            try
            {
                var body = JsonSerializer.Deserialize(message.Body, EventJson.Default.S3Event);
                messages.Add(new EventMessage(message.MessageId, Records(body)));
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                unreadable.Add(message.MessageId);
            }
        }

        return messages;
    }

    private static bool IsFromQueue(JsonElement root) =>
        root.TryGetProperty("Records", out var records) && records.ValueKind == JsonValueKind.Array &&
        records.GetArrayLength() > 0 && records[0].ValueKind == JsonValueKind.Object &&
        records[0].TryGetProperty("eventSource", out var source) &&
        source.ValueEquals("aws:sqs");

    /// <exception cref="InvalidDataException">A record lacks what every record of the store has.</exception>
    private static List<ObjectEvent> Records(S3Event? body)
    {
        var events = new List<ObjectEvent>();
        // s3:TestEvent, sent when a notification is set up, has no records.
        foreach (var record in (body ?? throw new InvalidDataException("null is no event.")).Records ?? [])
        {
            if (record?.EventName?.StartsWith("ObjectCreated:", StringComparison.Ordinal) != true)
            {
                continue;
            }

            events.Add(Event(record.S3) with { At = record.EventTime.ToUniversalTime() });
        }

        return events;
    }

    // PostgreSQL has no text with a NUL: a query for one such key would take the whole batch along.
    private static ObjectEvent Event(S3Event.S3Entity? s3) =>
        s3 is { Bucket.Name: { } bucket, Object: { Key: not null, ETag: { } etag, Sequencer: { } sequencer } item }
        && !$"{bucket}{item.KeyDecoded}{etag}{sequencer}{item.VersionId}".Contains('\0')
            ? new ObjectEvent(bucket, item.KeyDecoded, etag, item.Size, ObjectEvent.Pad(sequencer), item.VersionId)
            : throw new InvalidDataException("An ObjectCreated record lacks bucket, key, eTag or sequencer.");
}
