using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PhotoLambda.Lambda;

/// <summary>Reads payload format 1.0: REST APIs, and HTTP APIs that are set to it.</summary>
internal static class FormatOneEvent
{
    public static HttpEvent Read(JsonElement root)
    {
        var request = ReadRequest(root);
        var body = HttpEvent.ReadBody(root);
        var (pathBase, path) = SplitStage(request);
        return new HttpEvent
        {
            Method = request.HttpMethod ?? "GET",
            PathBase = pathBase,
            RawPath = path,
            Query = BuildQuery(request),
            Headers = ReadHeaders(request, body.Length),
            Body = body,
            SourceIp = HttpEvent.ReadAddress(request.RequestContext.Identity.SourceIp),
            FormatOne = true,
            RequestObject = request,
        };
    }

    /// <summary>
    /// The path has the stage in front of it in the request context only; where both are the same, as an HTTP API
    /// sends them, it is in both.
    /// </summary>
    private static (string PathBase, string Path) SplitStage(APIGatewayProxyRequest request)
    {
        var path = request.Path ?? "/";
        var full = request.RequestContext.Path;
        var prefix = "/" + request.RequestContext.Stage;
        if (prefix.Length > 1 && full == prefix + path)
        {
            return (prefix, path);
        }

        return prefix.Length > 1 && full == path && path.StartsWith(prefix + "/", StringComparison.Ordinal)
            ? (prefix, path[prefix.Length..])
            : ("", path);
    }

    /// <summary>Puts together again what API Gateway has taken apart and decoded.</summary>
    private static string BuildQuery(APIGatewayProxyRequest request)
    {
        var query = new StringBuilder();
        if (request.MultiValueQueryStringParameters is { Count: > 0 } lists)
        {
            foreach (var (name, values) in lists)
            {
                foreach (var value in values)
                {
                    Append(query, name, value);
                }
            }

            return query.ToString();
        }

        foreach (var (name, value) in request.QueryStringParameters ?? new Dictionary<string, string>())
        {
            Append(query, name, value);
        }

        return query.ToString();
    }

    private static void Append(StringBuilder query, string name, string value) => query
        .Append(query.Length == 0 ? '?' : '&')
        .Append(Uri.EscapeDataString(name))
        .Append('=')
        .Append(Uri.EscapeDataString(value));

    private static HeaderDictionary ReadHeaders(APIGatewayProxyRequest request, int bodyLength)
    {
        var headers = new HeaderDictionary((request.Headers?.Count ?? 0) + 3);
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
        {
            headers[name] = value;
        }

        foreach (var (name, values) in request.MultiValueHeaders ?? new Dictionary<string, IList<string>>())
        {
            headers[name] = new StringValues([.. values]);
        }

        HttpEvent.Complete(headers, request.RequestContext.DomainName, bodyLength);
        return headers;
    }

    private static APIGatewayProxyRequest ReadRequest(JsonElement root) => new()
    {
        Resource = root.Text("resource"),
        Path = root.Text("path"),
        HttpMethod = root.Text("httpMethod"),
        Headers = root.Child("headers").Texts(),
        MultiValueHeaders = root.Child("multiValueHeaders").Lists(),
        QueryStringParameters = root.Child("queryStringParameters").Texts(),
        MultiValueQueryStringParameters = root.Child("multiValueQueryStringParameters").Lists(),
        PathParameters = root.Child("pathParameters").Texts(),
        StageVariables = root.Child("stageVariables").Texts(),
        RequestContext = ReadContext(root.Child("requestContext")),
    };

    private static APIGatewayProxyRequest.ProxyRequestContext ReadContext(JsonElement context) => new()
    {
        AccountId = context.Text("accountId"),
        ApiId = context.Text("apiId"),
        Authorizer = context.Child("authorizer").Values(),
        DomainName = context.Text("domainName"),
        Identity = new()
        {
            SourceIp = context.Child("identity").Text("sourceIp"),
            UserAgent = context.Child("identity").Text("userAgent"),
        },
        Path = context.Text("path"),
        RequestId = context.Text("requestId"),
        Stage = context.Text("stage"),
    };
}
