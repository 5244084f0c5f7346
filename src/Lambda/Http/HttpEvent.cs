using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Lambda;

/// <summary>An HTTP request, from whichever format of event it came in.</summary>
internal sealed record HttpEvent
{
    public required string Method { get; init; }

    /// <summary>What was stripped from the path: empty or a slash and the stage.</summary>
    public required string PathBase { get; init; }

    /// <summary>Without the stage, percent-encoded as the client sent it.</summary>
    public required string RawPath { get; init; }

    /// <summary>Empty or with its question mark.</summary>
    public required string Query { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required byte[] Body { get; init; }

    public IPAddress? SourceIp { get; init; }

    /// <summary>Whether the answer has to be of payload format 1.0.</summary>
    public required bool FormatOne { get; init; }

    /// <summary>The event in the type that Amazon's packages have for it.</summary>
    public required object RequestObject { get; init; }

    /// <summary>
    /// Decoded as ASP.NET Core's own server does it, which leaves an encoded slash alone: it is no separator.
    /// </summary>
    public string Path => RawPath.Contains('%', StringComparison.Ordinal)
        ? Uri.UnescapeDataString(RawPath.Replace("%2F", "%252F", StringComparison.Ordinal)
            .Replace("%2f", "%252f", StringComparison.Ordinal))
        : RawPath;

    /// <exception cref="InvalidDataException">The event is not an HTTP request of either format.</exception>
    public static HttpEvent Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = ParseJson(payload);
        var root = document.RootElement;
        if (root.Child("requestContext").Child("http").ValueKind is JsonValueKind.Object
            || root.Text("version") == "2.0"
            || root.Text("rawPath") is not null)
        {
            return FormatTwoEvent.Read(root);
        }

        return root.Text("httpMethod") is not null
            ? FormatOneEvent.Read(root)
            : throw new InvalidDataException("The event is no HTTP request of API Gateway or of a function URL.");
    }

    internal static byte[] ReadBody(JsonElement root)
    {
        var body = root.Child("body");
        return body.ValueKind is not JsonValueKind.String ? []
            : root.IsTrue("isBase64Encoded") ? body.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(body.GetString()!);
    }

    internal static IPAddress? ReadAddress(string? text) => IPAddress.TryParse(text, out var address) ? address : null;

    /// <summary>Sees to what a server of its own would have had: a host, and the length of the body it holds.</summary>
    internal static void Complete(IHeaderDictionary headers, string? domainName, int bodyLength)
    {
        if (headers.Host.Count == 0)
        {
            headers.Host = domainName ?? "localhost";
        }

        headers.Remove("Transfer-Encoding");
        headers.ContentLength = bodyLength > 0 || headers.ContentLength is not null ? bodyLength : null;
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonDocument.Parse(payload);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The event is no HTTP request: it is not JSON.", e);
        }
    }
}
