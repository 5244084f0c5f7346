using System.Text.Json;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// The records of the store's event, in any version 2.x: objects that came to be and objects that went, by request or
/// by a rule of the bucket's lifecycle. What else the store may tell of is passed over.
/// </summary>
internal static class StoreRecords
{
    /// <exception cref="JsonException">This is no event of the store.</exception>
    /// <exception cref="InvalidDataException">A record lacks what every record of the store has.</exception>
    public static List<ObjectEvent> Read(JsonElement body)
    {
        var parsed = body.Deserialize(EventJson.Default.S3Event) ?? throw new InvalidDataException("null is no event.");
        var events = new List<ObjectEvent>();
        // s3:TestEvent, sent when a notification is set up, has no records.
        foreach (var record in parsed.Records ?? [])
        {
            if (KindOf(record?.EventName) is not { } kind)
            {
                continue;
            }

            var item = Event(kind, record!);
            // What this project's functions write themselves is no upload.
            if (!DerivedKeys.IsDerived(item.Key))
            {
                events.Add(IsOneVersion(record!) ? new ObjectEvent(EventKind.Look, item.Bucket, item.Key) : item);
            }
        }

        return events;
    }

    private static EventKind? KindOf(string? name) => name switch
    {
        null => null,
        _ when name.StartsWith("ObjectCreated:", StringComparison.Ordinal) => EventKind.Created,
        _ when name.StartsWith("ObjectRemoved:", StringComparison.Ordinal) => EventKind.Removed,
        _ when name.StartsWith("LifecycleExpiration:Delete", StringComparison.Ordinal) => EventKind.Removed,
        _ => null,
    };

    /// <summary>
    /// Where a bucket keeps versions, the deletion of one by its id does not say what is there now: perhaps nothing,
    /// perhaps an older one.
    /// </summary>
    private static bool IsOneVersion(S3Event.S3EventNotificationRecord record) =>
        record.EventName.EndsWith(":Delete", StringComparison.Ordinal) && record.S3.Object.VersionId is not null;

    // PostgreSQL has no text with a NUL: a query for one such key would take the whole batch along.
    private static ObjectEvent Event(EventKind kind, S3Event.S3EventNotificationRecord record) =>
        record.S3 is { Bucket.Name: { } bucket, Object: { Key: not null, Sequencer: { } sequencer } item }
        && (kind == EventKind.Removed || item.ETag is not null)
        && !$"{bucket}{item.KeyDecoded}{item.ETag}{sequencer}{item.VersionId}".Contains('\0')
            ? new ObjectEvent(kind, bucket, item.KeyDecoded)
            {
                ETag = item.ETag ?? "",
                Size = item.Size,
                VersionId = item.VersionId,
                Sequencer = ObjectEvent.Pad(sequencer),
                At = record.EventTime.ToUniversalTime(),
            }
            : throw new InvalidDataException("A record lacks bucket, key, eTag or sequencer.");
}
