using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What the server takes from a stranger, over a plain socket.</summary>
public class RequestLimitTests(KestrelApi api) : IClassFixture<KestrelApi>
{
    private string Authorization => $"Authorization: {api.Http.DefaultRequestHeaders.Authorization}\r\n";

    [Fact]
    public async Task A_request_line_that_is_too_long_is_414()
    {
        var answer = await api.SendRawAsync($"GET /{new string('a', 8 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", answer);
    }

    [Fact]
    public async Task Headers_that_are_too_long_are_431()
    {
        var answer = await api.SendRawAsync(
            $"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: {new string('a', 32 * 1024)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer);
    }

    [Fact]
    public async Task Headers_that_are_too_many_are_431()
    {
        var headers = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"));

        var answer = await api.SendRawAsync($"GET /healthz HTTP/1.1\r\nHost: a\r\n{headers}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer);
    }

    [Fact]
    public async Task Headers_within_the_limits_are_taken()
    {
        var token = new string('a', 16 * 1024);

        var answer = await api.SendRawAsync(
            $"GET /healthz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
    }

    [Theory]
    [InlineData(64 * 1024 + 1, "65536")]
    [InlineData(1024 * 1024 + 1, "1048576")]
    public async Task A_body_that_is_announced_too_long_is_413(int length, string limit)
    {
        var answer = await api.SendRawAsync(
            Post($"Content-Length: {length}\r\n\r\n{new string(' ', 64 * 1024 + 1)}", close: true));

        AssertProblem(answer, 413, "body-too-large", limit);
    }

    [Fact]
    public async Task A_body_that_grows_too_long_is_413()
    {
        var chunk = $"{64 * 1024:x}\r\n{new string(' ', 64 * 1024)}\r\n";

        var answer = await api.SendRawAsync(
            Post($"Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n", close: true));

        AssertProblem(answer, 413, "body-too-large", "65536");
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_408()
    {
        var answer = await api.SendRawAsync(Post("Content-Length: 100\r\n\r\n{"));

        AssertProblem(answer, 408, "bad-request", "too slowly");
    }

    [Fact]
    public async Task Headers_that_do_not_come_are_408()
    {
        var answer = await api.SendRawAsync("GET /healthz HTTP/1.1\r\nHost: a\r\n");

        Assert.StartsWith("HTTP/1.1 408 ", answer);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_400()
    {
        Assert.StartsWith("HTTP/1.1 400 ", await api.SendRawAsync("BREW coffee please\r\n\r\n"));
    }

    private string Post(string rest, bool close = false) =>
        $"POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{Authorization}"
        + (close ? "Connection: close\r\n" : "") + rest;

    private static void AssertProblem(string answer, int status, string type, string detail)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        var from = answer.IndexOf('{', StringComparison.Ordinal);
        Assert.True(from > 0, answer);
        var problem = JsonDocument.Parse(answer[from..(answer.LastIndexOf('}') + 1)]).RootElement;
        Assert.Equal("urn:photolambda:problem:" + type, problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Contains(detail, problem.GetProperty("detail").GetString());
    }
}
