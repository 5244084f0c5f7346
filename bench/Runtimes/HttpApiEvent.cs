using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Bench;

/// <summary>A request as API Gateway hands it to a function (HTTP API, payload format 2.0).</summary>
internal static class HttpApiEvent
{
    /// <summary>Such as a browser's request has behind API Gateway.</summary>
    public static IReadOnlyDictionary<string, string> Headers { get; } = new Dictionary<string, string>
    {
        ["accept"] = "application/json",
        ["accept-encoding"] = "gzip, deflate, br",
        ["accept-language"] = "en-GB,en;q=0.9",
        ["content-length"] = "0",
        ["host"] = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
        ["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ["x-amzn-trace-id"] = "Root=1-5759e988-bd862e3fe1be46a994272793",
        ["x-correlation-id"] = "0199f3b0-7c1e-7d2a-9a55-6f1f0c7f4a11",
        ["x-forwarded-for"] = "192.0.2.1",
        ["x-forwarded-port"] = "443",
        ["x-forwarded-proto"] = "https",
    };

    public static byte[] Get(string path) => Make("GET", path, Headers, null);

    /// <param name="token">The bearer's.</param>
    /// <param name="json">The body.</param>
    public static byte[] Post(string path, string token, string json) => Make(
        "POST", path,
        new Dictionary<string, string>(Headers)
        {
            ["authorization"] = $"Bearer {token}",
            ["content-length"] = json.Length.ToString(CultureInfo.InvariantCulture),
            ["content-type"] = "application/json",
        },
        json);

    private static byte[] Make(
        string method, string path, IReadOnlyDictionary<string, string> headers, string? body) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "2.0",
            routeKey = "ANY /{proxy+}",
            rawPath = path,
            rawQueryString = "",
            headers,
            requestContext = new
            {
                accountId = "000000000000",
                apiId = "a1b2c3d4e5",
                domainName = Headers["host"],
                domainPrefix = "a1b2c3d4e5",
                http = new
                {
                    method,
                    path,
                    protocol = "HTTP/1.1",
                    sourceIp = Headers["x-forwarded-for"],
                    userAgent = Headers["user-agent"],
                },
                requestId = "JKJaXmPLvHcESHA=",
                routeKey = "ANY /{proxy+}",
                stage = "$default",
                time = "10/Mar/2026:05:16:23 +0000",
                timeEpoch = 1773119783636L,
            },
            pathParameters = new { proxy = path.TrimStart('/') },
            body,
            isBase64Encoded = false,
        });
}
