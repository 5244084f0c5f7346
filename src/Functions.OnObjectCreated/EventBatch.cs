using System.Text.Json;
using PhotoLambda.Photos;

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
            return [new EventMessage(null, StoreRecords.Read(document.RootElement))];
        }

        var messages = new List<EventMessage>();
        foreach (var message in document.RootElement.Deserialize(EventJson.Default.SQSEvent)!.Records)
        {
            try
            {
                using var body = JsonDocument.Parse(message.Body);
                messages.Add(new EventMessage(message.MessageId, Read(body.RootElement)));
            }
            catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
            {
                // The last of them is System.Text.Json's for a text with half a surrogate pair.
                unreadable.Add(message.MessageId);
            }
        }

        return messages;
    }

    private static List<ObjectEvent> Read(JsonElement body) =>
        ObjectLooks.TryRead(body, out var objects)
            ? [.. objects.Select(o => new ObjectEvent(EventKind.Look, o.Bucket, o.Key))]
            : StoreRecords.Read(body);

    private static bool IsFromQueue(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object &&
        root.TryGetProperty("Records", out var records) && records.ValueKind == JsonValueKind.Array &&
        records.GetArrayLength() > 0 && records[0].ValueKind == JsonValueKind.Object &&
        records[0].TryGetProperty("eventSource", out var source) &&
        source.ValueEquals("aws:sqs");
}
