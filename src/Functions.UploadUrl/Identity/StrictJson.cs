using System.Text.Json;
using System.Text.Unicode;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// JSON that two parsers cannot read differently: valid UTF-8, no member twice (RFC 7515, 4; RFC 7519, 4), strings that
/// are Unicode, bounded depth.
/// </summary>
internal static class StrictJson
{
    private const int MaxDepth = 8;

    /// <param name="utf8">Must stay as it is while the document is in use.</param>
    /// <returns>Null if it is not such an object.</returns>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, new() { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object && IsStrict(document.RootElement))
            {
                return document;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate, met when the string is read.
        }

        document?.Dispose();
        return null;
    }

    /// <summary>The member's text if it is a string of this length.</summary>
    public static string? Text(this JsonElement owner, string name, int maxLength = int.MaxValue) =>
        owner.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.GetString() is { Length: > 0 } text && text.Length <= maxLength
            ? text
            : null;

    private static bool IsStrict(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    if (!names.Add(member.Name) || !IsStrict(member.Value))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                return element.EnumerateArray().All(IsStrict);
            case JsonValueKind.String:
                return element.GetString() is not null;
            default:
                return true;
        }
    }
}
