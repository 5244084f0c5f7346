using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local;

/// <summary>The answer to a request below <c>/_local</c> that is not valid, in the API's form (RFC 9457).</summary>
internal static class ValidationProblem
{
    /// <param name="errors">What is wrong, by the name of the field.</param>
    public static async Task WriteAsync(HttpContext context, SortedDictionary<string, string> errors)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", "urn:photolambda:problem:validation");
        json.WriteString("title", "The request is not valid.");
        json.WriteNumber("status", StatusCodes.Status400BadRequest);
        json.WriteString("detail", string.Join("; ", errors.Select(e => $"{e.Key} {e.Value}")) + ".");
        json.WriteStartObject("errors");
        foreach (var (name, error) in errors)
        {
            json.WriteStartArray(name);
            json.WriteStringValue(error);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
