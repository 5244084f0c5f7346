using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>An answer whose bytes are there before it is sent, so that they can be kept and sent again.</summary>
internal sealed record JsonAnswer(int Status, ReadOnlyMemory<byte> Body, string? Location = null) : IResult
{
    public const string ReplayedHeader = "Idempotency-Replayed";

    // Once and for all: a text would be wrapped anew for each answer.
    private static readonly StringValues Json = "application/json; charset=utf-8";

    /// <summary>Whether it was made for an earlier request with the same key.</summary>
    public bool IsReplayed { get; init; }

    /// <param name="write">Writes one JSON value.</param>
    /// <param name="room">Bytes that will mostly do.</param>
    public static JsonAnswer Write<T>(
        int status, T value, Action<Utf8JsonWriter, T> write, int room = 1024, string? location = null)
    {
        var buffer = new ArrayBufferWriter<byte>(room);
        using (var json = new Utf8JsonWriter(buffer, JsonText.Options))
        {
            write(json, value);
        }

        return new JsonAnswer(status, buffer.WrittenMemory, location);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.ContentType = Json;
        response.ContentLength = Body.Length;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (IsReplayed)
        {
            response.Headers[ReplayedHeader] = "true";
        }

        return response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }
}
