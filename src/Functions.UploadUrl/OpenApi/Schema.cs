using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>The few forms of JSON Schema (2020-12, as OpenAPI 3.1 has it) that the API's document is made of.</summary>
internal static class Schema
{
    public static JsonObject Text(string? description = null, int? longest = null)
    {
        var schema = Of("string", description);
        if (longest is not null)
        {
            (schema["minLength"], schema["maxLength"]) = (1, longest);
        }

        return schema;
    }

    public static JsonObject Choice(IEnumerable<string> choices, string? description = null) =>
        Set(Of("string", description), "enum", new JsonArray([.. choices.Select(c => (JsonNode)c)]));

    public static JsonObject Uuid(string? description = null) => Set(Of("string", description), "format", "uuid");

    public static JsonObject Url(string? description = null) => Set(Of("string", description), "format", "uri");

    /// <summary>RFC 3339.</summary>
    public static JsonObject Instant(string? description = null) =>
        Set(Of("string", description), "format", "date-time");

    public static JsonObject Integer(string? description = null, long? least = null, long? most = null)
    {
        var schema = Of("integer", description);
        if (least is not null)
        {
            schema["minimum"] = least;
        }

        return most is null ? schema : Set(schema, "maximum", most);
    }

    public static JsonObject Number(string? description = null, double? least = null, double? most = null)
    {
        var schema = Of("number", description);
        if (least is not null)
        {
            schema["minimum"] = least;
        }

        return most is null ? schema : Set(schema, "maximum", most);
    }

    public static JsonObject Boolean(string? description = null) => Of("boolean", description);

    public static JsonObject OfKind(JsonValueKind kind, string? description = null) =>
        Of(kind.ToString().ToLowerInvariant(), description);

    public static JsonObject Array(JsonObject item, int? least = null, int? most = null, string? description = null)
    {
        var schema = Set(Of("array", description), "items", item);
        if (least is > 0)
        {
            schema["minItems"] = least;
        }

        return most is null ? schema : Set(schema, "maxItems", most);
    }

    /// <summary>An object with members of any name.</summary>
    public static JsonObject Map(JsonObject value, string? description = null) =>
        Set(Of("object", description), "additionalProperties", value);

    /// <summary>An object that always has these members, and no others.</summary>
    public static JsonObject Object(params ReadOnlySpan<(string Name, JsonObject Schema)> members)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, schema) in members)
        {
            properties.Add(name, schema);
            required.Add((JsonNode)name);
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }

    /// <summary>The object with one more member, which it does not always have.</summary>
    public static JsonObject With(this JsonObject @object, string member, JsonObject schema)
    {
        @object["properties"]![member] = schema;
        return @object;
    }

    /// <summary>The same, or null.</summary>
    public static JsonObject Nullable(JsonObject schema)
    {
        if (schema["type"] is not JsonValue type)
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, Of("null", null)) };
        }

        schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        if (schema["enum"] is JsonArray choices)
        {
            choices.Add((JsonNode?)null);
        }

        return schema;
    }

    private static JsonObject Of(string type, string? description)
    {
        var schema = new JsonObject { ["type"] = type };
        return description is null ? schema : Set(schema, "description", description);
    }

    private static JsonObject Set(JsonObject schema, string name, JsonNode? value)
    {
        schema[name] = value;
        return schema;
    }
}
