using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary>An answer of ImageKit's API, made but not yet sent: a fault may still come between.</summary>
/// <param name="Json">Empty: no body.</param>
internal sealed record ImageKitAnswer(int Status, ReadOnlyMemory<byte> Json)
{
    private const string Help = "This is the local cloud's ImageKit: docs/cdn.md says what it takes.";

    public static ImageKitAnswer Empty(int status) => new(status, ReadOnlyMemory<byte>.Empty);

    public static ImageKitAnswer Object(int status, Action<Utf8JsonWriter> members) => Of(status, json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    /// <remarks>"ImageKit API overview", Error codes: a JSON object whose message has the details.</remarks>
    public static ImageKitAnswer Refusal(int status, string message) => Object(status, json =>
    {
        json.WriteString("message", message);
        json.WriteString("help", Help);
    });

    public async Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (Json.Length > 0)
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Json.Length;
            await http.Response.Body.WriteAsync(Json, http.RequestAborted);
        }
    }

    public static ImageKitAnswer Of(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return new ImageKitAnswer(status, buffer.WrittenMemory);
    }
}
