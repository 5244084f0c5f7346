using System.Text.Json;

namespace PhotoLambda.Lambda;

/// <summary>
/// Reads events leniently: a member that is missing, null or of another kind is as good as absent, since hosts
/// differ in what they send.
/// </summary>
internal static class JsonElementReading
{
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;

    public static string? Text(this JsonElement element, string name)
    {
        var child = element.Child(name);
        return child.ValueKind is JsonValueKind.String ? child.GetString() : null;
    }

    public static long Number(this JsonElement element, string name)
    {
        var child = element.Child(name);
        return child.ValueKind is JsonValueKind.Number && child.TryGetInt64(out var number) ? number : 0;
    }

    public static bool IsTrue(this JsonElement element, string name) =>
        element.Child(name).ValueKind is JsonValueKind.True;

    /// <summary>The members of an object as text (numbers and booleans as written); null if it is no object.</summary>
    public static Dictionary<string, string>? Texts(this JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind is not JsonValueKind.Null)
            {
                texts[member.Name] = member.Value.ToString();
            }
        }

        return texts;
    }

    /// <summary>The items of an array as text; null if it is no array.</summary>
    public static string[]? Items(this JsonElement element) => element.ValueKind is JsonValueKind.Array
        ? [.. element.EnumerateArray().Select(item => item.ToString())]
        : null;

    /// <summary>The members of an object, each an array of text; null if it is no object.</summary>
    public static Dictionary<string, IList<string>>? Lists(this JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var lists = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.Items() is { } items)
            {
                lists[member.Name] = items;
            }
        }

        return lists;
    }

    /// <summary>The members of an object, each text or what JSON it is; null if it is no object.</summary>
    public static Dictionary<string, object>? Values(this JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            // A copy, since the document of the event is not kept.
            values[member.Name] = member.Value.ValueKind is JsonValueKind.String
                ? member.Value.GetString()!
                : member.Value.Clone();
        }

        return values;
    }
}
