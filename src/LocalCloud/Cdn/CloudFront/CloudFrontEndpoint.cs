using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>
/// <c>/_local/cloudfront</c>: objects by signed URL; POST <c>/keys</c> registers the key that signs them, GET
/// <c>/invalidations</c> lists those asked for.
/// </summary>
internal sealed class CloudFrontEndpoint(CloudFrontStore state, ObjectStore store, TimeProvider time)
{
    public const string Prefix = "/_local/cloudfront/";

    private const int MaximumBody = 64 * 1_024;

    private readonly Distribution _distribution = new(state, store, Prefix, time);

    public Task HandleAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value![Prefix.Length..]) switch
    {
        ("POST", "keys") => RegisterAsync(http),
        ("GET", "invalidations") => ListAsync(http),
        ("GET" or "HEAD", _) => _distribution.ServeAsync(http),
        (var method, _) => Answer.MembersAsync(
            http, 405, ("message", $"A distribution of the local cloud has GET and HEAD, not {method}.")),
    };

    private async Task RegisterAsync(HttpContext http)
    {
        var reader = new ViewerKeyReader();
        if (await PayloadLimits.ReadAsync(http.Request, MaximumBody, http.RequestAborted) is not { } body)
        {
            reader.Errors["body"] = $"has more than {MaximumBody} bytes";
        }
        else if (reader.Read(body) is { } key)
        {
            state.Put(key);
            await Answer.MembersAsync(http, 201, ("id", key.Id));
            return;
        }

        await ValidationProblem.WriteAsync(http, reader.Errors);
    }

    private async Task ListAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("invalidations");
        foreach (var invalidation in state.Invalidations)
        {
            json.WriteStartObject();
            json.WriteString("id", invalidation.Id);
            json.WriteString("distribution_id", invalidation.DistributionId);
            json.WriteString("caller_reference", invalidation.Reference);
            json.WriteString("created_at", invalidation.Created);
            json.WriteStartArray("paths");
            foreach (var path in invalidation.Paths)
            {
                json.WriteStringValue(path);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
