using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using PhotoLambda.Lambda;
using static PhotoLambda.Tests.LambdaHttpEvents;

namespace PhotoLambda.Tests;

public class LambdaHttpTwoTests
{
    [Fact]
    public async Task A_request_reaches_its_route_and_its_answer_the_client()
    {
        await using var app = await LambdaWebApp.StartAsync(web => web.MapPost("/photos/{id}", AnswerAsync));

        var answer = await app.SendAsync(Two("POST", "/photos/7", body: "häßlich \"quoted\"\n"));

        Assert.Equal((201, false), (answer.Status, answer.IsBase64));
        Assert.Equal(("/photos/7", "text/plain"), (answer.Header("Location"), answer.Header("Content-Type")));
        Assert.Equal("19:häßlich \"quoted\"\n", answer.Body);

        static async Task AnswerAsync(string id, HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status201Created;
            http.Response.Headers.Location = $"/photos/{id}";
            http.Response.ContentType = "text/plain";
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync($"{http.Request.ContentLength}:{await reader.ReadToEndAsync()}");
        }
    }

    [Theory]
    [InlineData("/a%2Fb/c%20d/e+f/%C3%A9", "/a%2Fb/c d/e+f/é")]
    [InlineData("/a%2fb", "/a%2fb")]
    [InlineData("/a%252Fb", "/a%2Fb")]
    [InlineData("/already é decoded", "/already é decoded")]
    [InlineData("/broken%zz%C3", "/broken%zz%C3")]
    public async Task Paths_are_decoded_as_kestrel_decodes_them(string raw, string decoded)
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            $"{http.Request.Path.Value} {http.Features.Get<IHttpRequestFeature>()!.RawTarget}");

        Assert.Equal($"{decoded} {raw}", (await app.SendAsync(Two("GET", raw))).Body);
    }

    [Fact]
    public async Task The_query_is_left_as_the_client_sent_it()
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            $"{http.Request.QueryString.Value} {http.Request.Query["a"].Count} {http.Request.Query["b"]}");

        var answer = await app.SendAsync(Two("GET", "/", query: "a=1&a=2%2C3&b=%C3%A9+x&c"));

        Assert.Equal("?a=1&a=2%2C3&b=%C3%A9+x&c 2 é x", answer.Body);
    }

    [Theory]
    [InlineData("prod", "/prod/photos", "/prod", "/photos")]
    [InlineData("prod", "/prod", "/prod", "/")]
    [InlineData("prod", "/production/photos", "", "/production/photos")]
    [InlineData("$default", "/$default/photos", "", "/$default/photos")]
    public async Task The_stage_is_no_part_of_the_path(string stage, string raw, string pathBase, string path)
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            $"{http.Request.PathBase} {http.Request.Path}");

        Assert.Equal($"{pathBase} {path}", (await app.SendAsync(Two("GET", raw, stage: stage))).Body);
    }

    [Fact]
    public async Task Headers_and_cookies_go_both_ways()
    {
        await using var app = await LambdaWebApp.RunAsync(http =>
        {
            http.Response.Cookies.Append("session", "1; 2");
            http.Response.Cookies.Append("theme", "dark");
            http.Response.Headers.Append("X-Many", "a");
            http.Response.Headers.Append("X-Many", "b");
            http.Response.Headers.Connection = "close";
            var (cookies, headers) = (http.Request.Cookies, http.Request.Headers);
            Assert.Single(headers.Accept);
            return http.Response.WriteAsync($"{cookies["a"]} {cookies["b"]} {headers.UserAgent}");
        });
        var request = Two("GET", "/");
        request["cookies"] = new[] { "a=1", "b=2" };

        var answer = await app.SendAsync(request);

        Assert.Equal("1 2 Agent/1.0 (a, b)", answer.Body);
        Assert.Equal(["session=1%3B%202; path=/", "theme=dark; path=/"], answer.Items("cookies"));
        Assert.Equal(("a,b", null), (answer.Header("X-Many"), answer.Header("Set-Cookie")));
        Assert.Null(answer.Header("Connection"));
    }

    [Fact]
    public async Task Binary_bodies_go_both_ways()
    {
        byte[] bytes = [0xff, 0xd8, 0xff, 0x00, 0x80];
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            http.Response.ContentType = "image/jpeg";
            await http.Request.Body.CopyToAsync(http.Response.Body);
        });

        var answer = await app.SendAsync(Two("PUT", "/", body: Convert.ToBase64String(bytes), base64: true));

        Assert.True(answer.IsBase64);
        Assert.Equal(bytes, Convert.FromBase64String(answer.Body));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_empty_body_is_empty(string? body)
    {
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            Assert.Equal(0, await http.Request.Body.ReadAsync(new byte[1]));
            Assert.False(http.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });

        var answer = await app.SendAsync(Two("DELETE", "/", body: body));

        Assert.Equal((204, "", false), (answer.Status, answer.Body, answer.IsBase64));
    }

    [Fact]
    public async Task A_host_that_sends_only_the_least_is_understood()
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            $"{http.Request.Method} {http.Request.GetEncodedUrl()} {http.Connection.RemoteIpAddress is null}");

        var answer = await app.SendAsync(
            """{"version":"2.0","rawPath":"/x","requestContext":{"http":{"method":"PATCH"}}}""");

        Assert.Equal("PATCH https://localhost/x True", answer.Body);
    }

    [Fact]
    public async Task A_function_url_is_an_http_api()
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            $"{http.Request.GetEncodedUrl()} {http.Connection.RemoteIpAddress} {User(http)}");

        var answer = await app.SendAsync(
            """
            {"version":"2.0","routeKey":"$default","rawPath":"/a%20b","rawQueryString":"q=1",
             "headers":{"x-forwarded-proto":"https","host":"abc.lambda-url.us-east-1.on.aws"},
             "requestContext":{"accountId":"anonymous","apiId":"abc","domainName":"abc.lambda-url.us-east-1.on.aws",
               "authorizer":{"iam":{"accessKey":"A","accountId":"1","callerId":"c","userArn":"arn:x","userId":"u"},
                 "lambda":{"n":1}},
               "http":{"method":"GET","path":"/a%20b","protocol":"HTTP/1.1","sourceIp":"2001:db8::1","userAgent":"x"},
               "requestId":"id","stage":"$default","timeEpoch":1583348638390},
             "isBase64Encoded":false}
            """);

        Assert.Equal("https://abc.lambda-url.us-east-1.on.aws/a%20b?q=1 2001:db8::1 arn:x 1", answer.Body);

        static string User(HttpContext http)
        {
            var request = (APIGatewayHttpApiV2ProxyRequest)http.Items["LambdaRequestObject"]!;
            var authorizer = request.RequestContext.Authorizer!;
            return $"{authorizer.IAM!.UserARN} {authorizer.Lambda!["n"]}";
        }
    }

    [Fact]
    public async Task The_context_and_the_claims_are_within_reach()
    {
        await using var app = await LambdaWebApp.RunAsync(http =>
        {
            var context = (ILambdaContext)http.Items["LambdaContext"]!;
            var request = (APIGatewayHttpApiV2ProxyRequest)http.Items["LambdaRequestObject"]!;
            Assert.Equal(context.AwsRequestId, http.TraceIdentifier);
            Assert.Equal("192.0.2.1", http.Connection.RemoteIpAddress!.ToString());
            var jwt = request.RequestContext.Authorizer!.Jwt!;
            return http.Response.WriteAsync($"{jwt.Claims!["sub"]} {jwt.Scopes![0]}");
        });

        Assert.Equal("user-1 photos:read", (await app.SendAsync(Two("GET", "/"))).Body);
    }

    [Fact]
    public async Task The_trace_of_the_host_is_the_parent_unless_the_client_has_one()
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            http.Request.Headers.TraceParent.ToString());
        var traced = Two("GET", "/");
        traced["headers"] = new { traceparent = Of("0af7651916cd43dd8448eb211c80319c") };
        var trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=b7ad6b7169203331;Sampled=1";

        Assert.Equal(Of("5759e988bd862e3fe1be46a994272793"), await SendAsync(Two("GET", "/"), trace));
        Assert.Equal(Of("0af7651916cd43dd8448eb211c80319c"), await SendAsync(traced, trace));
        Assert.Equal("", await SendAsync(Two("GET", "/"), "junk"));

        string Of(string traceId) => $"00-{traceId}-b7ad6b7169203331-01";

        async Task<string> SendAsync(object request, string header) =>
            (await app.SendAsync(request, ("Lambda-Runtime-Trace-Id", header))).Body;
    }

    [Theory]
    [InlineData("""{"Records":[]}""")]
    [InlineData("[1]")]
    [InlineData("")]
    public async Task An_event_that_is_no_request_is_an_error(string payload)
    {
        await using var app = await LambdaWebApp.TellAsync(http =>
            "never");

        var answer = await app.Api.InvokeAsync(payload);

        Assert.Equal("error", answer.Kind);
        Assert.Equal("InvalidDataException", answer.Json.GetProperty("errorType").GetString());
    }
}
