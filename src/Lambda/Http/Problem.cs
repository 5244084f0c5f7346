using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Lambda;

/// <summary>An answer that the layer itself gives in place of the application's, by RFC 9457.</summary>
internal sealed record Problem(int Status, string Kind, string Title, string Detail)
{
    public const string ContentType = "application/problem+json";

    /// <summary>In bytes, of a response that is too large.</summary>
    public long? Size { get; init; }

    public static Problem TooLarge(long size) => new(
        StatusCodes.Status413PayloadTooLarge,
        "response-too-large",
        "The response is too large.",
        $"The response would have {size} bytes; Lambda passes on {HttpResponsePayload.MaximumBytes} at most.")
    {
        Size = size,
    };

    public static Problem TimedOut { get; } = new(
        StatusCodes.Status504GatewayTimeout,
        "timeout",
        "The request took too long.",
        "The function ran out of the time it is given for a request.");

    public static Problem Failed { get; } = new(
        StatusCodes.Status500InternalServerError,
        "internal-error",
        "The request failed.",
        "The function failed to handle the request; its log has the reason under this request id.");

    public static Problem Refused(BadHttpRequestException exception) => new(
        exception.StatusCode,
        "bad-request",
        "The request cannot be understood.",
        exception.Message);

    public byte[] Write(string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", $"urn:problem:{Kind}");
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteString("detail", Detail);
            if (Size is { } size)
            {
                json.WriteNumber("limit_bytes", HttpResponsePayload.MaximumBytes);
                json.WriteNumber("size_bytes", size);
            }

            json.WriteString("request_id", requestId);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
