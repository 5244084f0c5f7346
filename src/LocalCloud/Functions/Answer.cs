using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Functions;

/// <summary>JSON answers of the Runtime API and its neighbours.</summary>
internal static class Answer
{
    public static async Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    public static Task ErrorAsync(HttpContext context, int status, string type, string message) =>
        MembersAsync(context, status, ("errorMessage", message), ("errorType", type));

    public static Task MembersAsync(HttpContext context, int status, params (string Name, string Value)[] members)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return JsonAsync(context, status, json.WrittenMemory);
    }
}
