using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Photos;

/// <summary>
/// A message to the queue of the store's events: look at what is there under these keys, and bring their rows in line.
/// It stands for an event that was lost, and may be sent any number of times.
/// </summary>
internal static class ObjectLooks
{
    /// <summary>Few enough for a message of any queue, with the longest keys there are.</summary>
    public const int MostObjects = 20;

    private static ReadOnlySpan<byte> Member => "PhotoLambdaLook"u8;

    /// <returns>JSON.</returns>
    public static string Message(IReadOnlyCollection<(string Bucket, string Key)> objects)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objects.Count, MostObjects);
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray(Member);
            foreach (var (bucket, key) in objects)
            {
                json.WriteStartObject();
                json.WriteString("bucket"u8, bucket);
                json.WriteString("key"u8, key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <returns>False where the message is another one.</returns>
    /// <exception cref="InvalidDataException">An object lacks its bucket or key.</exception>
    public static bool TryRead(
        JsonElement message, [NotNullWhen(true)] out IReadOnlyList<(string Bucket, string Key)>? objects)
    {
        objects = null;
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty(Member, out var list))
        {
            return false;
        }

        objects = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(o => (Text(o, "bucket"u8), Text(o, "key"u8)))]
            : throw new InvalidDataException("The objects to look at are no array.");
        return true;
    }

    private static string Text(JsonElement item, ReadOnlySpan<byte> name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && !text.Contains('\0')
            ? text
            : throw new InvalidDataException("An object to look at lacks its bucket or key.");
}
