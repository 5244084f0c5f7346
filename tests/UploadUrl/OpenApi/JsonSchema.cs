using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>
/// Holds a value against a schema of the API's document: the keywords that the document uses, and an error for any
/// other, so that none is passed over.
/// </summary>
internal sealed class JsonSchema(JsonObject document)
{
    private static readonly HashSet<string> Annotations = ["description", "format", "additionalProperties", "required"];

    /// <returns>What is wrong, each with its place; empty when nothing is.</returns>
    public IEnumerable<string> Check(JsonObject schema, JsonElement value, string place = "$")
    {
        if (schema["$ref"] is { } reference)
        {
            var name = reference.GetValue<string>().Split('/')[^1];
            return Check(document["components"]!["schemas"]![name]!.AsObject(), value, place);
        }

        return schema.SelectMany(keyword => Check(schema, keyword.Key, keyword.Value!, value, place));
    }

    private IEnumerable<string> Check(
        JsonObject schema, string keyword, JsonNode rule, JsonElement value, string place) => keyword switch
        {
            "type" => CheckType(rule, value, place),
            "enum" => Unless(rule.AsArray().Any(c => JsonNode.DeepEquals(c, Node(value))), $"{value} is not listed"),
            "anyOf" => Unless(rule.AsArray().Any(s => !Check(s!.AsObject(), value).Any()), "no alternative fits"),
            "properties" => CheckMembers(schema, value, place),
            "items" => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, i) => Check(rule.AsObject(), item, $"{place}[{i}]"))
                : [],
            "minimum" => CheckNumber(value, v => v >= rule.GetValue<double>(), place, "too small"),
            "maximum" => CheckNumber(value, v => v <= rule.GetValue<double>(), place, "too large"),
            "minLength" => CheckLength(value, JsonValueKind.String, l => l >= rule.GetValue<int>(), place),
            "maxLength" => CheckLength(value, JsonValueKind.String, l => l <= rule.GetValue<int>(), place),
            "minItems" => CheckLength(value, JsonValueKind.Array, l => l >= rule.GetValue<int>(), place),
            "maxItems" => CheckLength(value, JsonValueKind.Array, l => l <= rule.GetValue<int>(), place),
            "format" => CheckFormat(rule.GetValue<string>(), value, place),
            _ => Unless(Annotations.Contains(keyword), $"the keyword {keyword} is not understood"),
        };

    private static IEnumerable<string> CheckType(JsonNode rule, JsonElement value, string place)
    {
        var types = rule is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [rule.GetValue<string>()];
        return types.Any(t => IsOf(t, value)) ? [] : [$"{place}: {value.ValueKind} is not {rule.ToJsonString()}"];
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };

    private IEnumerable<string> CheckMembers(JsonObject schema, JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        var properties = schema["properties"]!.AsObject();
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!value.TryGetProperty(required!.GetValue<string>(), out _))
            {
                yield return $"{place}: {required} is missing";
            }
        }

        foreach (var member in value.EnumerateObject())
        {
            var at = $"{place}.{member.Name}";
            var errors = properties[member.Name] is { } known ? Check(known.AsObject(), member.Value, at)
                : schema["additionalProperties"] is JsonValue ? [$"{at} is not documented"]
                : [];
            foreach (var error in errors)
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<string> CheckNumber(
        JsonElement value, Func<double, bool> isFit, string place, string error) =>
        value.ValueKind == JsonValueKind.Number && !isFit(value.GetDouble()) ? [$"{place}: {value} is {error}"] : [];

    private static IEnumerable<string> CheckLength(
        JsonElement value, JsonValueKind kind, Func<int, bool> isFit, string place)
    {
        var length = value.ValueKind != kind ? -1
            : kind == JsonValueKind.Array ? value.GetArrayLength()
            : value.GetString()!.EnumerateRunes().Count();
        return length < 0 || isFit(length) ? [] : [$"{place}: a length of {length}"];
    }

    private static IEnumerable<string> CheckFormat(string format, JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return [];
        }

        var text = value.GetString()!;
        var isFit = format switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            "date-time" => text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)
                && (text.EndsWith('Z') || text[^6] is '+' or '-'),
            _ => throw new InvalidOperationException($"The format {format} is not understood."),
        };
        return isFit ? [] : [$"{place}: \"{text}\" is no {format}"];
    }

    private static IEnumerable<string> Unless(bool holds, string error) => holds ? [] : [error];

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
