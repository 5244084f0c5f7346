using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>
/// Stands between a test's client and the API, and holds every answer against <c>docs/openapi.json</c>: its status
/// must be documented for the route, and its body be of the documented schema.
/// </summary>
public sealed class ApiContract : DelegatingHandler
{
    private static readonly JsonObject Document = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json")))!.AsObject();

    private static readonly JsonSchema Schemas = new(Document);

    private static readonly (string[] Parts, JsonObject Methods)[] Paths =
    [
        .. Document["paths"]!.AsObject().Select(p => (p.Key.Split('/'), p.Value!.AsObject()))
            .OrderBy(p => p.Item1.Count(IsParameter)),
    ];

    public ApiContract() : base(new SocketsHttpHandler())
    {
    }

    /// <returns>The operation that serves this, and its name; null when none does.</returns>
    public static JsonObject? Find(HttpMethod method, string path)
    {
        var parts = path.Split('/');
        return Paths
            .Where(p => p.Parts.Length == parts.Length && p.Parts.Zip(parts).All(z => (IsParameter(z.First) && z.Second.Length > 0) || z.First == z.Second))
            .Select(p => p.Methods[method.Method.ToLowerInvariant()]?.AsObject())
            .FirstOrDefault(o => o is not null);
    }

    /// <returns>What the document does not allow; empty when all is well.</returns>
    public static IEnumerable<string> Check(JsonObject operation, int status, string? contentType, string body)
    {
        var name = $"{operation["operationId"]} answering {status}";
        if (operation["responses"]![$"{status}"] is not { } response)
        {
            return [$"{name}: the status is not documented. {body}"];
        }

        if (response["content"] is not { } content)
        {
            return body.Length == 0 ? [] : [$"{name}: a body is not documented"];
        }

        var (type, schema) = content.AsObject().Single();
        return contentType != type
            ? [$"{name}: its type is {contentType}, not {type}"]
            : Schemas.Check(schema!["schema"]!.AsObject(), JsonDocument.Parse(body).RootElement).Select(e => $"{name}: {e}");
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (Find(request.Method, request.RequestUri!.AbsolutePath) is { } operation)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.Empty(Check(
                operation, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body));
        }

        return response;
    }

    private static bool IsParameter(string part) => part.StartsWith('{');
}
