using System.Text.Json.Nodes;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>A schema that stands under <c>components</c>, where answers and other schemas refer to it.</summary>
/// <param name="Build">Is given the components, to refer to other schemas.</param>
internal sealed record NamedSchema(string Name, Func<Components, JsonObject> Build);

/// <summary>The named schemas that the document refers to.</summary>
internal sealed class Components
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public JsonObject Schemas => new(_schemas.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));

    public JsonObject Refer(NamedSchema schema)
    {
        if (_schemas.TryAdd(schema.Name, []))
        {
            _schemas[schema.Name] = schema.Build(this);
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + schema.Name };
    }
}
