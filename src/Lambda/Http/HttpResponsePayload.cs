using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PhotoLambda.Lambda;

/// <summary>Writes a response in the format that the event asks for.</summary>
internal sealed class HttpResponsePayload
{
    /// <summary>The longest response that Lambda takes, as JSON: 6 MB.</summary>
    public const int MaximumBytes = 6 * 1024 * 1024;

    private const int KeptBuffer = 1024 * 1024;
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private ArrayBufferWriter<byte> _buffer = new(4096);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Write(HttpEvent request, int status, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (_buffer.Capacity > KeptBuffer)
        {
            _buffer = new ArrayBufferWriter<byte>(4096);
        }

        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, Options);
        json.WriteStartObject();
        json.WriteNumber("statusCode", status);
        if (request.FormatOne)
        {
            WriteHeadersOne(json, headers);
        }
        else
        {
            WriteHeadersTwo(json, headers);
        }

        // Text and bytes that happen to be valid UTF-8 reach the client unchanged as text; all others need base64.
        var isText = Utf8.IsValid(body);
        if (isText)
        {
            json.WriteString("body", body);
        }
        else
        {
            json.WriteBase64String("body", body);
        }

        json.WriteBoolean("isBase64Encoded", !isText);
        json.WriteEndObject();
        json.Flush();
        return _buffer.WrittenMemory;
    }

    private static void WriteHeadersTwo(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject("headers");
        foreach (var (name, values) in headers)
        {
            if (IsSent(name, values) && !IsCookie(name))
            {
                json.WriteString(name, values.ToString());
            }
        }

        json.WriteEndObject();
        if (headers.SetCookie is { Count: > 0 } cookies)
        {
            WriteArray(json, "cookies", cookies);
        }
    }

    /// <summary>A header of several values goes apart: in <c>headers</c> only the last one would be sent.</summary>
    private static void WriteHeadersOne(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject("headers");
        foreach (var (name, values) in headers)
        {
            if (IsSent(name, values) && values.Count == 1)
            {
                json.WriteString(name, values.ToString());
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("multiValueHeaders");
        foreach (var (name, values) in headers)
        {
            if (IsSent(name, values) && values.Count > 1)
            {
                WriteArray(json, name, values);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, StringValues values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static bool IsCookie(string name) => name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase);

    /// <summary>What concerns a connection means nothing here, and API Gateway refuses some of it.</summary>
    private static bool IsSent(string name, StringValues values) => values.Count > 0
        && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase);
}
