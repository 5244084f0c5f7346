using System.Text.Json;

namespace PhotoLambda.PublishToCdn;

/// <summary>What the messages of one invocation ask for.</summary>
/// <param name="Photos">To be published, each with the messages that ask for it.</param>
/// <param name="Assets">To be forgotten by the CDN, with theirs.</param>
/// <param name="Unreadable">Messages that ask for nothing that is known here.</param>
internal sealed record CdnMessages(
    ILookup<Guid, string> Photos, ILookup<Guid, string> Assets, IReadOnlyList<string> Unreadable)
{
    private enum Wish
    {
        Unreadable,
        Publish,
        Delete,
    }

    /// <exception cref="JsonException">The event is none of a queue.</exception>
    public static CdnMessages Read(Stream input)
    {
        var records = JsonSerializer.Deserialize(input, CdnJson.Default.SQSEvent)!.Records;
        var wishes = records.Select(r => (r.MessageId, Wish: Read(r.Body))).ToArray();
        ILookup<Guid, string> Of(Wish wish) => wishes
            .Where(w => w.Wish.Kind == wish).ToLookup(w => w.Wish.Id, w => w.MessageId);
        return new CdnMessages(
            Of(Wish.Publish), Of(Wish.Delete), [.. Of(Wish.Unreadable).SelectMany(ids => ids)]);
    }

    private static (Wish Kind, Guid Id) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object ? default
                : IsId(root, "photo_id"u8, out var photo) ? (Wish.Publish, photo)
                : IsId(root, "delete"u8, out var asset) ? (Wish.Delete, asset)
                : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The last of them is System.Text.Json's for a text with half a surrogate pair.
            return default;
        }
    }

    private static bool IsId(JsonElement root, ReadOnlySpan<byte> name, out Guid id)
    {
        id = default;
        return root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.TryGetGuid(out id);
    }
}
