using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>The fields of an upload whose text is JSON.</summary>
internal static class FieldJson
{
    /// <remarks>
    /// "Upload file" API, transformation: <c>pre</c>, one transformation string, and <c>post</c>, a list of objects
    /// with a type of transformation, gif-to-video, thumbnail or abs, the first and last of which need a value.
    /// </remarks>
    /// <returns>The one before the file is stored; null: none.</returns>
    /// <exception cref="ImageKitError">It is not of that form.</exception>
    public static string? Transformation(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var json = Parse("transformation", text);
        Require("transformation", json.RootElement, JsonValueKind.Object, text);
        string? pre = null;
        foreach (var member in json.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "pre":
                    pre = Text("transformation.pre", member.Value);
                    break;
                case "post":
                    Require("transformation.post", member.Value, JsonValueKind.Array, member.Value.GetRawText());
                    CheckPost(member.Value);
                    break;
                default:
                    throw ImageKitError.Field("transformation", "may have pre and post alone", member.Name);
            }
        }

        return pre;
    }

    public static void CheckObject(string name, string? text) => Check(name, text, JsonValueKind.Object);

    public static void CheckArray(string name, string? text) => Check(name, text, JsonValueKind.Array);

    private static void Check(string name, string? text, JsonValueKind kind)
    {
        if (text is not null)
        {
            using var json = Parse(name, text);
            Require(name, json.RootElement, kind, text);
        }
    }

    private static void CheckPost(JsonElement post)
    {
        foreach (var item in post.EnumerateArray())
        {
            Require("transformation.post", item, JsonValueKind.Object, item.GetRawText());
            var type = item.TryGetProperty("type", out var named) ? Text("transformation.post.type", named) : "";
            if (type is not ("transformation" or "gif-to-video" or "thumbnail" or "abs"))
            {
                throw ImageKitError.Field(
                    "transformation.post.type", "must be transformation, gif-to-video, thumbnail or abs", type);
            }

            if (item.TryGetProperty("value", out var value))
            {
                _ = Text("transformation.post.value", value);
            }
            else if (type is "transformation" or "abs")
            {
                throw ImageKitError.Invalid($"transformation.post.value is missing, which {type} needs.");
            }
        }
    }

    private static string Text(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw ImageKitError.Field(name, "must be text that is not empty", value.GetRawText());

    private static void Require(string name, JsonElement value, JsonValueKind kind, string shown)
    {
        if (value.ValueKind != kind)
        {
            throw ImageKitError.Field(name, $"must be a JSON {kind.ToString().ToLowerInvariant()}", shown);
        }
    }

    private static JsonDocument Parse(string name, string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            throw ImageKitError.Field(name, "must be JSON", text);
        }
    }
}
