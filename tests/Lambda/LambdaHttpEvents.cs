namespace PhotoLambda.Tests;

/// <summary>Events as API Gateway and function URLs send them.</summary>
internal static class LambdaHttpEvents
{
    public static Dictionary<string, object?> Two(
        string method,
        string path,
        string query = "",
        string stage = "$default",
        object? body = null,
        bool base64 = false) => new()
        {
            ["version"] = "2.0",
            ["routeKey"] = "$default",
            ["rawPath"] = path,
            ["rawQueryString"] = query,
            ["headers"] = new Dictionary<string, string>
            {
                ["host"] = "api.example.com",
                ["x-forwarded-proto"] = "https",
                ["user-agent"] = "Agent/1.0 (a, b)",
                ["accept"] = "text/plain,application/json",
            },
            ["requestContext"] = new
            {
                accountId = "123456789012",
                apiId = "api",
                domainName = "api.execute-api.us-east-1.amazonaws.com",
                http = new { method, path, protocol = "HTTP/1.1", sourceIp = "192.0.2.1", userAgent = "Agent/1.0" },
                requestId = "gateway-id",
                routeKey = "$default",
                stage,
                timeEpoch = 1583348638390L,
                authorizer = new { jwt = new { claims = new { sub = "user-1" }, scopes = new[] { "photos:read" } } },
            },
            ["body"] = body,
            ["isBase64Encoded"] = base64,
        };

    public static Dictionary<string, object?> One(string method, string path, string? fullPath = null) => new()
    {
        ["resource"] = "/{proxy+}",
        ["path"] = path,
        ["httpMethod"] = method,
        ["headers"] = new Dictionary<string, string> { ["Host"] = "api.example.com", ["X-One"] = "last" },
        ["multiValueHeaders"] = new Dictionary<string, string[]>
        {
            ["Host"] = ["api.example.com"],
            ["X-One"] = ["first", "last"],
        },
        ["queryStringParameters"] = new Dictionary<string, string> { ["a"] = "2" },
        ["multiValueQueryStringParameters"] = new Dictionary<string, string[]>
        {
            ["a"] = ["1", "2"],
            ["b c"] = ["x&y="],
        },
        ["requestContext"] = new
        {
            path = fullPath ?? "/prod" + path,
            stage = "prod",
            identity = new { sourceIp = "192.0.2.7", userAgent = "Agent/1.0" },
            authorizer = new { principalId = "user-1", claims = new { sub = "user-1" } },
        },
        ["body"] = null,
        ["isBase64Encoded"] = false,
    };
}
