using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Gateway;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The HTTP API from its client's side to its function's, over real HTTP on both.</summary>
public class HttpApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_becomes_an_event_of_format_2()
    {
        await using var api = await Api.StartAsync(["ANY /photos/{id}"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, api.Uri("/photos/a%20%C3%BC?x=1&x=2%2C3&y="));
        request.Headers.Add("Cookie", "one=1; two=2");
        request.Headers.Add("X-Many", ["a", "b"]);
        request.Headers.Add("User-Agent", "tests/1");
        request.Headers.Add("X-Amzn-Trace-Id", "Root=1-5e1b4151-43a0913a12345678912345a7");
        using var answer = await api.SendAsync(request);

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        var e = json.RootElement;
        var context = e.GetProperty("requestContext");
        var http = context.GetProperty("http");
        Assert.Equal("2.0", e.GetProperty("version").GetString());
        Assert.Equal("ANY /photos/{id}", e.GetProperty("routeKey").GetString());
        Assert.Equal("/photos/a ü", e.GetProperty("rawPath").GetString());
        Assert.Equal("x=1&x=2%2C3&y=", e.GetProperty("rawQueryString").GetString());
        Assert.Equal("""["one=1","two=2"]""", e.GetProperty("cookies").GetRawText());
        Assert.Equal("""{"x":"1,2,3","y":""}""", e.GetProperty("queryStringParameters").GetRawText());
        Assert.Equal("a ü", e.GetProperty("pathParameters").GetProperty("id").GetString());
        Assert.Matches("^a, ?b$", e.GetProperty("headers").GetProperty("x-many").GetString());
        Assert.Equal("127.0.0.1", e.GetProperty("headers").GetProperty("x-forwarded-for").GetString());
        Assert.Equal(
            "Root=1-5e1b4151-43a0913a12345678912345a7",
            e.GetProperty("headers").GetProperty("x-amzn-trace-id").GetString());
        Assert.False(e.GetProperty("headers").TryGetProperty("cookie", out _));
        Assert.False(e.TryGetProperty("body", out _));
        Assert.False(e.GetProperty("isBase64Encoded").GetBoolean());
        Assert.Equal(("GET", "/photos/a ü", "HTTP/1.1", "127.0.0.1", "tests/1"), (
            http.GetProperty("method").GetString(), http.GetProperty("path").GetString(),
            http.GetProperty("protocol").GetString(),
            http.GetProperty("sourceIp").GetString(), http.GetProperty("userAgent").GetString()));
        Assert.Equal(("000000000000", "front", "$default", "127"), (
            context.GetProperty("accountId").GetString(), context.GetProperty("apiId").GetString(),
            context.GetProperty("stage").GetString(), context.GetProperty("domainPrefix").GetString()));
        Assert.Matches(@"^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$", context.GetProperty("time").GetString());
        Assert.Equal(
            context.GetProperty("requestId").GetString(), answer.Headers.GetValues("apigw-requestid").Single());
    }

    [Theory]
    [InlineData("application/json", "{\"a\":\"ü\"}", false)]
    [InlineData("text/plain; charset=utf-8", "plain", false)]
    [InlineData("application/x-www-form-urlencoded", "a=1", true)]
    [InlineData("application/octet-stream", "abc", true)]
    [InlineData(null, "abc", true)]
    public async Task Only_text_types_come_as_text(string? type, string body, bool isBase64)
    {
        await using var api = await Api.StartAsync(["POST /a"]);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var answer = await api.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, api.Uri("/a")) { Content = content });

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        var expected = isBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(body)) : body;
        Assert.Equal(expected, json.RootElement.GetProperty("body").GetString());
        Assert.Equal(isBase64, json.RootElement.GetProperty("isBase64Encoded").GetBoolean());
    }

    [Fact]
    public async Task An_answer_becomes_a_response()
    {
        await using var api = await Api.StartAsync(["GET /a"], _ => """
            {"statusCode":"201","headers":{"X-Own":"a","content-type":"image/png","Content-Length":"99","x-number":3},
             "cookies":["a=1; Path=/","b=2"],"body":"AAEC","isBase64Encoded":true}
            """);
        using var answer = await api.GetAsync("/a");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal([0, 1, 2], await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["a=1; Path=/", "b=2"], answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal(
            ("a", "3"), (answer.Headers.GetValues("X-Own").Single(), answer.Headers.GetValues("x-number").Single()));
    }

    [Theory]
    [InlineData("""{"statusCode":200,"body":"hi"}""", 200, "hi", "text/plain")]
    [InlineData("""{"statusCode":204}""", 204, "", null)]
    [InlineData("""{"statusCode":304,"body":null,"headers":null,"cookies":null}""", 304, "", null)]
    [InlineData("""{"a":1}""", 200, """{"a":1}""", "application/json")]
    [InlineData("\"Hello\"", 200, "\"Hello\"", "application/json")]
    [InlineData("not json", 200, "not json", "application/json")]
    [InlineData("""{"statusCode":99}""", 500, """{"message":"Internal Server Error"}""", "application/json")]
    [InlineData("""{"statusCode":"many"}""", 500, """{"message":"Internal Server Error"}""", "application/json")]
    [InlineData("""{"statusCode":200,"body":{}}""", 500, """{"message":"Internal Server Error"}""", "application/json")]
    [InlineData(
        """{"statusCode":200,"headers":[]}""", 500, """{"message":"Internal Server Error"}""", "application/json")]
    [InlineData(
        """{"statusCode":200,"body":"%","isBase64Encoded":true}""", 500, """{"message":"Internal Server Error"}""",
        "application/json")]
    public async Task An_answer_of_another_shape_is_what_the_api_makes_of_it(
        string answer, int status, string body, string? type)
    {
        await using var api = await Api.StartAsync(["GET /a"], _ => answer);
        using var response = await api.GetAsync("/a");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_head_request_has_no_body()
    {
        await using var api = await Api.StartAsync(["ANY /a"], _ => """{"statusCode":200,"body":"hello"}""");
        using var answer = await api.SendAsync(new HttpRequestMessage(HttpMethod.Head, api.Uri("/a")));
        Assert.Equal(5, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Failures_have_the_words_of_the_api()
    {
        await using var api = await Api.StartAsync(["POST /a", "GET /slow 60"], answer: null);
        var failing = api.SendAsync(new HttpRequestMessage(HttpMethod.Post, api.Uri("/a")));
        var (id, _, _) = await api.Function.NextAsync(Token);
        await api.Function.PostAsync($"invocation/{id}/error", [], Token);
        using var missing = await api.GetAsync("/b");
        using var slow = await api.GetAsync("/slow");
        using var large = await api.SendAsync(new HttpRequestMessage(HttpMethod.Post, api.Uri("/a"))
        {
            Content = new ByteArrayContent(new byte[(10 * 1_024 * 1_024) + 1]),
        });
        using var tooLargeForLambda = await api.SendAsync(new HttpRequestMessage(HttpMethod.Post, api.Uri("/a"))
        {
            Content = new ByteArrayContent(new byte[6 * 1_024 * 1_024]),
        });

        Assert.Equal("500 {\"message\":\"Internal Server Error\"}", await Read(await failing));
        Assert.Equal("404 {\"message\":\"Not Found\"}", await Read(missing));
        Assert.Equal("503 {\"message\":\"Service Unavailable\"}", await Read(slow));
        Assert.Equal("413 {\"message\":\"Request Too Long\"}", await Read(large));
        Assert.Equal("413 {\"message\":\"Request Too Long\"}", await Read(tooLargeForLambda));
    }

    [Fact]
    public async Task A_stage_of_its_own_is_part_of_the_path()
    {
        await using var api = await Api.StartAsync(["GET /", "GET /a"], stage: "v1");
        using var inside = await api.GetAsync("/v1/a");
        using var root = await api.GetAsync("/v1");
        using var outside = await api.GetAsync("/a");

        Assert.Contains(
            "\"rawPath\":\"/v1/a\"", await inside.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, root.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }

    [Fact]
    public async Task A_preflight_is_answered_without_the_function()
    {
        await using var api = await Api.StartAsync(["ANY /a"], cors: Cors("https://*", "http://ours.example"));
        using var allowed = await api.SendAsync(Preflight("https://any.example"));
        using var refused = await api.SendAsync(Preflight("http://other.example"));

        HttpRequestMessage Preflight(string origin) => new(HttpMethod.Options, api.Uri("/nowhere"))
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "PUT" } },
        };
        string Header(string name) => allowed.Headers.GetValues(name).Single();
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("https://any.example", Header("Access-Control-Allow-Origin"));
        Assert.Equal("GET,PUT", Header("Access-Control-Allow-Methods"));
        Assert.Equal("content-type", Header("Access-Control-Allow-Headers"));
        Assert.Equal("60", Header("Access-Control-Max-Age"));
        Assert.Equal("true", Header("Access-Control-Allow-Credentials"));
        Assert.Equal(HttpStatusCode.NoContent, refused.StatusCode);
        Assert.DoesNotContain(refused.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cors_of_the_api_replaces_that_of_the_function()
    {
        await using var api = await Api.StartAsync(
            ["GET /a"],
            _ => """{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://theirs"}}""",
            Cors("*"));
        using var request = new HttpRequestMessage(HttpMethod.Get, api.Uri("/a"));
        request.Headers.Add("Origin", "https://a");
        using var answer = await api.SendAsync(request);
        using var plain = await api.GetAsync("/a");

        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("etag", answer.Headers.GetValues("Access-Control-Expose-Headers").Single());
        Assert.False(plain.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<string> Read(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}";

    private static HttpApiCors Cors(params string[] origins) =>
        new(origins, ["GET", "PUT"], ["content-type"], ["etag"], 60, origins is not ["*"]);

    private sealed class Api(AttachedFunction function) : IAsyncDisposable
    {
        private readonly HttpClient _client = new();
        private LoopbackServer _server = null!;

        public AttachedFunction Function => function;

        /// <param name="routes">Method, path, and where there is a third word the timeout in milliseconds.</param>
        /// <param name="answer">Given the event; null: nobody answers.</param>
        public static async Task<Api> StartAsync(
            string[] routes, Func<string, string>? answer, HttpApiCors? cors = null, string stage = "$default")
        {
            var resource = AttachedFunction.Resource with
            {
                Routes = [.. routes.Select(r => Route(r.Split(' ')))],
            };
            var function = await AttachedFunction.StartAsync(Token, resource);
            if (answer is not null)
            {
                function.Answer(answer);
            }

            var endpoint = new HttpApiEndpoint(
                new HttpApiResource("Front", stage, cors),
                [resource],
                (id, invocation, cancellation) => function.Lambda[id].InvokeAsync(invocation, cancellation));
            return new Api(function) { _server = await LoopbackServer.StartAsync(endpoint.HandleAsync, Token) };
        }

        public static Task<Api> StartAsync(string[] routes, HttpApiCors? cors = null, string stage = "$default") =>
            StartAsync(routes, e => e, cors, stage);

        public Uri Uri(string path) => new(_server.Address + path);

        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request, Token);

        public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(Uri(path), Token);

        public async ValueTask DisposeAsync()
        {
            await function.DisposeAsync();
            await _server.DisposeAsync();
            _client.Dispose();
        }

        private static HttpRoute Route(string[] words) => new("Front", words[0], words[1])
        {
            TimeoutInMillis = words.Length > 2 ? int.Parse(words[2], null) : 30_000,
        };
    }
}
