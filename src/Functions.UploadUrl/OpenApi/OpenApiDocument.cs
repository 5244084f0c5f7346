using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>The OpenAPI 3.1 document of the routes that have an <see cref="Operation"/>.</summary>
internal static class OpenApiDocument
{
    private const string About =
        "Uploads go straight to the store by a ticket that the store itself enforces; its event proves them. "
        + "Errors are problems of RFC 9457.";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JsonText.Options.Encoder,
        TypeInfoResolver = ApiJson.Default,
    };

    /// <returns>The document as JSON text with a line feed at its end.</returns>
    public static string Write(IEnumerable<Endpoint> endpoints)
    {
        var components = new Components();
        var paths = new JsonObject();
        foreach (var (endpoint, operation) in endpoints.OfType<RouteEndpoint>()
            .Select(e => (Endpoint: e, Operation: e.Metadata.GetMetadata<Operation>()))
            .Where(e => e.Operation is not null)
            .OrderBy(e => e.Endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = endpoint.RoutePattern.RawText!;
            var methods = (JsonObject)(paths[path] ??= new JsonObject());
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0].ToLowerInvariant();
            methods.Add(method, OperationJson.Write(endpoint, operation!, components));
        }

        return Whole(paths, components).ToJsonString(Indented) + "\n";
    }

    private static JsonObject Whole(JsonObject paths, Components components) => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject
        {
            ["title"] = "PhotoLambda",
            ["version"] = "1",
            ["summary"] = "Photo and media ingest",
            ["description"] = About,
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "Where this document is from" }),
        ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
        ["paths"] = paths,
        ["components"] = new JsonObject
        {
            ["schemas"] = components.Schemas,
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject
                {
                    ["type"] = "http",
                    ["scheme"] = "bearer",
                    ["bearerFormat"] = "JWT",
                    ["description"] = "An access token of the identity provider, with sub, org_id and scope.",
                },
            },
        },
    };
}
