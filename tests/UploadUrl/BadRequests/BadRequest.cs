using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>A valid call of an operation with one thing wrong, and what is to be said of it.</summary>
/// <param name="Operation">Its id; see <see cref="ApiCall"/>.</param>
/// <param name="Problem">The end of the problem's type.</param>
internal sealed partial record BadRequest(string Operation, int Status, string Problem)
{
    /// <summary>In place of the path's id; may be a place of <see cref="TenantWorld"/>.</summary>
    public string? PathId { get; init; }

    /// <summary>Behind what the call has of it.</summary>
    public string? Query { get; init; }

    /// <summary>
    /// A member of the body, as <c>policy.name</c> or <c>items.0.name</c>, and the JSON that it gets; null: none.
    /// </summary>
    public (string Path, string? Json)? Change { get; init; }

    /// <summary>In place of the body.</summary>
    public byte[]? Bytes { get; init; }

    public string? ContentType { get; init; } = "application/json";

    public (string Name, string Value)? Header { get; init; }

    /// <summary>The only error, with parts of its limit and value; a value that is null: nothing was sent.</summary>
    public (string Field, string Limit, string? Value)? Error { get; init; }

    /// <summary>A part of the problem's detail.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the problem is that of a batch's only item.</summary>
    public bool IsOfItem { get; init; }

    public static BadRequest Member(
        string operation, string path, string json, string limit, string value, string? field = null) =>
        Invalid(operation, field ?? path, limit, value) with { Change = (path, json) };

    public static BadRequest Missing(string operation, string path, string limit, string? field = null) =>
        Invalid(operation, field ?? path, limit, null) with { Change = (path, null) };

    public static BadRequest Body(string operation, string json, string field, string limit, string? value) =>
        Invalid(operation, field, limit, value) with { Bytes = Encoding.UTF8.GetBytes(json) };

    public static BadRequest Parameter(string operation, string query, string field, string limit, string value) =>
        Invalid(operation, field, limit, value) with { Query = query };

    /// <summary>A photo or project that is there, but not for this.</summary>
    public static BadRequest State(
        string operation, string id, int status, string problem, string? query = null, string? detail = null) =>
        new(operation, status, problem) { PathId = id, Query = query, Detail = detail };

    public static BadRequest Invalid(string operation, string field, string limit, string? value) =>
        new(operation, 400, "invalid-request") { Error = (field, limit, value) };

    public HttpRequestMessage ToRequest(TenantWorld world)
    {
        var call = ApiCall.All.First(c => c.Operation == Operation);
        string Fill(string text) => ApiCall.Fill(text, name => world[name]);
        var path = Fill(PathId is null ? call.Path : FirstPlace().Replace(call.Path, PathId.Replace("$", "$$"), 1));
        path += Query is null ? "" : (path.Contains('?') ? "&" : "?") + Fill(Query);
        var request = new HttpRequestMessage(call.Method, path);
        if (Bytes is not null || call.Body is not null)
        {
            request.Content = new ByteArrayContent(Bytes ?? Encoding.UTF8.GetBytes(Fill(Changed(call.Body!))));
            request.Content.Headers.ContentType =
                ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
        }

        if (Header is var (header, value))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        }

        return request;
    }

    private string Changed(string json)
    {
        if (Change is not var (path, value))
        {
            return json;
        }

        var body = JsonNode.Parse(json)!;
        var (parent, names) = (body, path.Split('.'));
        foreach (var name in names[..^1])
        {
            parent = parent is JsonArray array ? array[int.Parse(name)]! : parent[name] ??= new JsonObject();
        }

        if (value is null)
        {
            parent.AsObject().Remove(names[^1]);
            return body.ToJsonString();
        }

        const string Mark = "what is changed";
        parent[names[^1]] = Mark;
        return body.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\$[A-Z0-9]+")]
    private static partial Regex FirstPlace();
}
