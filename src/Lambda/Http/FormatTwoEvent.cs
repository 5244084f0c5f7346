using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Lambda;

/// <summary>Reads payload format 2.0: HTTP APIs and function URLs.</summary>
internal static class FormatTwoEvent
{
    public static HttpEvent Read(JsonElement root)
    {
        var request = ReadRequest(root);
        var context = request.RequestContext;
        var body = HttpEvent.ReadBody(root);
        var (pathBase, path) = StripStage(request.RawPath ?? context.Http.Path ?? "/", context.Stage);
        return new HttpEvent
        {
            Method = context.Http.Method ?? "GET",
            PathBase = pathBase,
            RawPath = path,
            Query = string.IsNullOrEmpty(request.RawQueryString) ? "" : "?" + request.RawQueryString,
            Headers = ReadHeaders(request, body.Length),
            Body = body,
            SourceIp = HttpEvent.ReadAddress(context.Http.SourceIp),
            FormatOne = false,
            RequestObject = request,
        };
    }

    private static (string PathBase, string Path) StripStage(string path, string? stage)
    {
        var prefix = "/" + stage;
        return prefix.Length > 1
            && stage != "$default"
            && path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.Length == prefix.Length || path[prefix.Length] == '/')
                ? (prefix, path.Length == prefix.Length ? "/" : path[prefix.Length..])
                : ("", path);
    }

    /// <summary>
    /// Values that the client sent in several lines come joined by commas, and stay so: dates and user agents have
    /// commas of their own. Cookies come apart.
    /// </summary>
    private static IHeaderDictionary ReadHeaders(APIGatewayHttpApiV2ProxyRequest request, int bodyLength)
    {
        IHeaderDictionary headers = new HeaderDictionary((request.Headers?.Count ?? 0) + 3);
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
        {
            headers[name] = value;
        }

        if (request.Cookies is { Length: > 0 } cookies)
        {
            headers.Cookie = string.Join("; ", cookies);
        }

        HttpEvent.Complete(headers, request.RequestContext.DomainName, bodyLength);
        return headers;
    }

    private static APIGatewayHttpApiV2ProxyRequest ReadRequest(JsonElement root) => new()
    {
        Version = root.Text("version"),
        RouteKey = root.Text("routeKey"),
        RawPath = root.Text("rawPath"),
        RawQueryString = root.Text("rawQueryString"),
        Cookies = root.Child("cookies").Items(),
        Headers = root.Child("headers").Texts(),
        PathParameters = root.Child("pathParameters").Texts(),
        StageVariables = root.Child("stageVariables").Texts(),
        RequestContext = ReadContext(root.Child("requestContext")),
    };

    private static APIGatewayHttpApiV2ProxyRequest.ProxyRequestContext ReadContext(JsonElement context) => new()
    {
        AccountId = context.Text("accountId"),
        ApiId = context.Text("apiId"),
        Authorizer = ReadAuthorizer(context.Child("authorizer")),
        DomainName = context.Text("domainName"),
        Http = ReadHttp(context.Child("http")),
        RequestId = context.Text("requestId"),
        RouteKey = context.Text("routeKey"),
        Stage = context.Text("stage"),
        TimeEpoch = context.Number("timeEpoch"),
    };

    private static APIGatewayHttpApiV2ProxyRequest.HttpDescription ReadHttp(JsonElement http) => new()
    {
        Method = http.Text("method"),
        Path = http.Text("path"),
        Protocol = http.Text("protocol"),
        SourceIp = http.Text("sourceIp"),
        UserAgent = http.Text("userAgent"),
    };

    private static APIGatewayHttpApiV2ProxyRequest.AuthorizerDescription? ReadAuthorizer(JsonElement authorizer) =>
        authorizer.ValueKind is not JsonValueKind.Object ? null : new()
        {
            Jwt = ReadJwt(authorizer.Child("jwt")),
            Lambda = authorizer.Child("lambda").Values(),
            IAM = ReadIam(authorizer.Child("iam")),
        };

    private static APIGatewayHttpApiV2ProxyRequest.AuthorizerDescription.JwtDescription? ReadJwt(JsonElement jwt) =>
        jwt.ValueKind is not JsonValueKind.Object ? null : new()
        {
            Claims = jwt.Child("claims").Texts(),
            Scopes = jwt.Child("scopes").Items(),
        };

    private static APIGatewayHttpApiV2ProxyRequest.AuthorizerDescription.IAMDescription? ReadIam(JsonElement iam) =>
        iam.ValueKind is not JsonValueKind.Object ? null : new()
        {
            AccessKey = iam.Text("accessKey"),
            AccountId = iam.Text("accountId"),
            CallerId = iam.Text("callerId"),
            UserARN = iam.Text("userArn"),
            UserId = iam.Text("userId"),
        };
}
