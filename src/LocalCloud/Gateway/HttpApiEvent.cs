using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PhotoLambda.Local.Gateway;

/// <summary>A request as a function sees it: payload format 2.0.</summary>
/// <remarks>apigateway/latest/developerguide/http-api-develop-integrations-lambda.html</remarks>
internal sealed class HttpApiEvent(string apiId, string stage)
{
    /// <summary>Not passed on: cookies have a place of their own, the others API Gateway sets itself.</summary>
    private static readonly HashSet<string> Withheld =
    [
        "cookie", "connection", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto",
    ];

    /// <param name="path">Decoded, with the stage; API Gateway gives decoded paths as rawPath too.</param>
    public byte[] Write(
        HttpRequest request, RouteMatch route, string path, string requestId, string traceId, byte[] body)
    {
        var buffer = new ArrayBufferWriter<byte>(2_048 + (body.Length * 3 / 2));
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("version", "2.0");
        json.WriteString("routeKey", route.Key);
        json.WriteString("rawPath", path);
        json.WriteString("rawQueryString", request.QueryString.HasValue ? request.QueryString.Value.AsSpan(1) : []);
        WriteCookies(json, request.Headers.Cookie);
        WriteHeaders(json, request, traceId);
        WriteQuery(json, request.Query);
        WriteContext(json, request, route, path, requestId);
        WriteParameters(json, route);
        WriteBody(json, request.ContentType, body);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCookies(Utf8JsonWriter json, StringValues cookies)
    {
        if (cookies.Count == 0)
        {
            return;
        }

        json.WriteStartArray("cookies");
        const StringSplitOptions plain = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var cookie in cookies.ToString().Split(';', plain))
        {
            json.WriteStringValue(cookie);
        }

        json.WriteEndArray();
    }

    private static void WriteHeaders(Utf8JsonWriter json, HttpRequest request, string traceId)
    {
        json.WriteStartObject("headers");
        foreach (var (name, values) in request.Headers)
        {
            var lower = name.ToLowerInvariant();
            if (!Withheld.Contains(lower))
            {
                json.WriteString(lower, values.Count == 1 ? values[0] : string.Join(',', values.ToArray()));
            }
        }

        json.WriteString("x-amzn-trace-id", traceId);
        json.WriteString("x-forwarded-for", SourceIp(request));
        json.WriteString("x-forwarded-port", (request.Host.Port ?? 80).ToString(CultureInfo.InvariantCulture));
        json.WriteString("x-forwarded-proto", request.Scheme);
        json.WriteEndObject();
    }

    private static void WriteQuery(Utf8JsonWriter json, IQueryCollection query)
    {
        if (query.Count == 0)
        {
            return;
        }

        json.WriteStartObject("queryStringParameters");
        foreach (var (name, values) in query)
        {
            json.WriteString(name, string.Join(',', values.ToArray()));
        }

        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, RouteMatch route)
    {
        if (route.Parameters.Count == 0)
        {
            return;
        }

        json.WriteStartObject("pathParameters");
        foreach (var (name, value) in route.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, string? contentType, byte[] body)
    {
        var asText = body.Length == 0 || (IsText(contentType) && Utf8.IsValid(body));
        if (body.Length > 0 && asText)
        {
            json.WriteString("body", body);
        }
        else if (body.Length > 0)
        {
            json.WriteBase64String("body", body);
        }

        json.WriteBoolean("isBase64Encoded", !asText);
    }

    /// <summary>
    /// These alone come as text; forms and a missing type come as base64 (seen on AWS, not documented).
    /// </summary>
    private static bool IsText(string? contentType)
    {
        var type = contentType.AsSpan();
        type = (type.IndexOf(';') is >= 0 and var end ? type[..end] : type).Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/javascript", StringComparison.OrdinalIgnoreCase);
    }

    private static string SourceIp(HttpRequest request) =>
        (request.HttpContext.Connection.RemoteIpAddress ?? System.Net.IPAddress.Loopback).ToString();

    private void WriteContext(Utf8JsonWriter json, HttpRequest request, RouteMatch route, string path, string requestId)
    {
        var now = DateTimeOffset.UtcNow;
        var domain = request.Host.Value ?? "";
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", CloudIdentity.AccountId);
        json.WriteString("apiId", apiId);
        json.WriteString("domainName", domain);
        json.WriteString("domainPrefix", domain.Split('.', ':')[0]);
        json.WriteStartObject("http");
        json.WriteString("method", request.Method);
        json.WriteString("path", path);
        json.WriteString("protocol", request.Protocol);
        json.WriteString("sourceIp", SourceIp(request));
        json.WriteString("userAgent", request.Headers.UserAgent.ToString());
        json.WriteEndObject();
        json.WriteString("requestId", requestId);
        json.WriteString("routeKey", route.Key);
        json.WriteString("stage", stage);
        json.WriteString("time", now.ToString("dd/MMM/yyyy:HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        json.WriteNumber("timeEpoch", now.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }
}
