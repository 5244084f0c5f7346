using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Iam;

/// <summary>
/// <c>GET /_local/permissions</c>: for each function what the template grants, what of that was used since the start,
/// what was not, and what was refused.
/// </summary>
internal sealed class PermissionsEndpoint(AccessRecord record)
{
    public async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("functions");
        foreach (var function in record.Functions)
        {
            Write(json, function);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, FunctionResource function)
    {
        var granted = AccessRecord.GrantsOf(function);
        var used = record.UsedBy(function.LogicalId);
        json.WriteStartObject();
        json.WriteString("logical_id", function.LogicalId);
        json.WriteString("at", function.Policies.At);
        Write(json, "granted", granted);
        WriteCounted(json, "used", used);
        Write(json, "never_used", granted.Where(g => g.IsSeen).Except(used.Select(u => u.Grant)));
        Write(json, "not_seen_here", granted.Where(g => !g.IsSeen));
        WriteCounted(json, "denied", record.DeniedTo(function.LogicalId));
        json.WriteStartArray("unjudged");
        foreach (var policy in function.Policies.Unjudged)
        {
            json.WriteStringValue(policy);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<Grant> grants)
    {
        json.WriteStartArray(name);
        foreach (var grant in grants)
        {
            json.WriteStartObject();
            Write(json, grant);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCounted(
        Utf8JsonWriter json, string name, IEnumerable<(Grant Grant, long Times)> grants)
    {
        json.WriteStartArray(name);
        foreach (var (grant, times) in grants)
        {
            json.WriteStartObject();
            Write(json, grant);
            json.WriteNumber("times", times);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Grant grant)
    {
        json.WriteString("action", grant.Action);
        json.WriteString("resource", grant.Resource);
    }
}
