using System.Text.Json.Nodes;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>Gathers the schema of an object member by member.</summary>
/// <param name="components">Of the document.</param>
internal sealed class SchemaRecorder(Components components)
{
    private readonly JsonObject _properties = [];
    private readonly JsonArray _required = [];

    public Components Components => components;

    /// <param name="required">A member that is not may also be null.</param>
    public void Add(string name, bool required, JsonObject schema)
    {
        _properties.Add(name, required ? schema : Schema.Nullable(schema));
        if (required)
        {
            _required.Add((JsonNode)name);
        }
    }

    public JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = _properties };
        if (_required.Count > 0)
        {
            schema["required"] = _required;
        }

        return schema;
    }
}
