using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Gateway;

/// <summary>A function's answer, made into a response.</summary>
/// <remarks>apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0</remarks>
internal static class HttpApiResponse
{
    /// <summary>Set by the server, or about the connection to the function rather than to the client.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    };

    /// <returns>False when the answer is no response; then nothing was set or written.</returns>
    public static async ValueTask<bool> TryWriteAsync(HttpContext context, ReadOnlyMemory<byte> payload, bool dropCors)
    {
        if (Parse(payload) is not { } json)
        {
            // No statusCode: the whole answer is the body of a 200, valid JSON or not.
            context.Response.ContentType = "application/json";
            await WriteBodyAsync(context, payload);
            return true;
        }

        using (json)
        {
            var answer = json.RootElement;
            if (Status(answer) is not { } status || Body(answer) is not { } body || !AreHeaders(answer))
            {
                return false;
            }

            context.Response.StatusCode = status;
            SetHeaders(context.Response, answer, dropCors);
            context.Response.ContentType ??= body.Length > 0 ? "text/plain; charset=utf-8" : null;
            await WriteBodyAsync(context, body);
            return true;
        }
    }

    /// <returns>Null unless it is a JSON object with a statusCode.</returns>
    private static JsonDocument? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("statusCode", out _))
            {
                return json;
            }

            json.Dispose();
        }
        catch (JsonException)
        {
            // Then it is a body, as it stands.
        }

        return null;
    }

    private static int? Status(JsonElement answer)
    {
        var code = answer.GetProperty("statusCode");
        return code.ValueKind switch
        {
            JsonValueKind.Number when code.TryGetInt32(out var number) && number is >= 200 and <= 599 => number,
            JsonValueKind.String when int.TryParse(
                code.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 200 and <= 599 => number,
            _ => null,
        };
    }

    private static byte[]? Body(JsonElement answer)
    {
        if (!answer.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (body.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var isBase64 = answer.TryGetProperty("isBase64Encoded", out var flag) && flag.ValueKind == JsonValueKind.True;
        return !isBase64 ? System.Text.Encoding.UTF8.GetBytes(body.GetString()!)
            : body.TryGetBytesFromBase64(out var bytes) ? bytes
            : null;
    }

    private static bool AreHeaders(JsonElement answer) =>
        IsNothingOr(JsonValueKind.Object, answer, "headers") && IsNothingOr(JsonValueKind.Array, answer, "cookies");

    private static bool IsNothingOr(JsonValueKind kind, JsonElement answer, string name) =>
        !answer.TryGetProperty(name, out var member)
        || member.ValueKind == JsonValueKind.Null
        || member.ValueKind == kind;

    private static void SetHeaders(HttpResponse response, JsonElement answer, bool dropCors)
    {
        if (answer.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject())
            {
                if (!Dropped.Contains(header.Name)
                    && !(dropCors && header.Name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase)))
                {
                    response.Headers.Append(header.Name, header.Value.ToString());
                }
            }
        }

        if (answer.TryGetProperty("cookies", out var cookies) && cookies.ValueKind == JsonValueKind.Array)
        {
            foreach (var cookie in cookies.EnumerateArray())
            {
                response.Headers.Append("Set-Cookie", cookie.ToString());
            }
        }
    }

    private static async ValueTask WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (context.Response.StatusCode is 204 or 304)
        {
            return;
        }

        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
