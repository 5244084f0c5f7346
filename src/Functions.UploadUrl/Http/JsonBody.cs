using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>Reads a request body as one JSON object, within limits.</summary>
internal static class JsonBody
{
    /// <summary>Bytes. A ticket request is a few hundred.</summary>
    public const int Longest = 64 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>
    /// Parses the body and hands its fields to <paramref name="read"/>, which returns what it makes of them and
    /// leaves an error in <see cref="Fields"/> for each that it cannot take.
    /// </summary>
    /// <param name="longest">Bytes.</param>
    /// <returns>Either the value or the problem.</returns>
    public static async Task<(T? Value, Problem? Problem)> ReadAsync<T>(
        HttpContext http, Func<Fields, T> read, int longest = Longest) where T : class
    {
        var (body, problem) = await ReadBytesAsync(http, longest);
        return problem is null ? Parse(body, read) : (null, problem);
    }

    /// <summary>The same for a route that honours <c>Idempotency-Key</c>.</summary>
    /// <returns>The value, and the key if one was sent; or the problem.</returns>
    public static async Task<(T? Value, IdempotencyKey? Key, Problem? Problem)> ReadWithKeyAsync<T>(
        HttpContext http, Func<Fields, T> read, int longest = Longest) where T : class
    {
        var (body, problem) = await ReadBytesAsync(http, longest);
        if (problem is not null)
        {
            return (null, null, problem);
        }

        (var key, problem) = IdempotencyKey.Read(http, body.Span);
        if (problem is not null)
        {
            return (null, null, problem);
        }

        (var value, problem) = Parse(body, read);
        return (value, key, problem);
    }

    private static (T? Value, Problem? Problem) Parse<T>(ReadOnlyMemory<byte> body, Func<Fields, T> read)
        where T : class
    {
        // A parser of JSON takes the bytes of a text as they are and stumbles when somebody reads it.
        if (!Utf8.IsValid(body.Span))
        {
            return (null, Problems.MalformedJson("The body is not UTF-8."));
        }

        try
        {
            using var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                var kind = Fields.Kind(document.RootElement);
                return (null, Problems.MalformedJson($"The body must be an object; it was {kind}."));
            }

            var fields = new Fields(document.RootElement);
            var value = read(fields);
            return fields.Errors.Count > 0 ? (null, Problems.Invalid(fields.Errors)) : (value, null);
        }
        catch (JsonException e)
        {
            return (null, Problems.MalformedJson(
                $"Line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: the JSON cannot be read from here on."));
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, Problem? Problem)> ReadBytesAsync(
        HttpContext http, int longest)
    {
        if (!http.Request.HasJsonContentType())
        {
            return (default, Problems.NotJson(http.Request.ContentType));
        }

        if (longest > KestrelLimits.LongestBody
            && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } kestrel)
        {
            kestrel.MaxRequestBodySize = longest;
        }

        var buffer = new byte[(int)Math.Clamp(http.Request.ContentLength ?? 4096, 1, longest) + 1];
        var length = 0;
        while (true)
        {
            var read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted);
            length += read;
            if (length > longest)
            {
                return (default, Problems.BodyTooLarge(longest));
            }

            if (read == 0)
            {
                return (buffer.AsMemory(0, length), null);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, longest + 1));
            }
        }
    }
}
