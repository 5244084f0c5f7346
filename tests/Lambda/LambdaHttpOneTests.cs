using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using PhotoLambda.Lambda;
using static PhotoLambda.Tests.LambdaHttpEvents;

namespace PhotoLambda.Tests;

public class LambdaHttpOneTests
{
    [Fact]
    public async Task Multiple_values_arrive_apart()
    {
        await using var app = await StartAsync(http =>
        {
            var (query, header) = (http.Request.Query, http.Request.Headers["X-One"]);
            Assert.Equal((2, "x&y="), (header.Count, query["b c"].ToString()));
            return http.Response.WriteAsync($"{http.Request.QueryString} {query["a"].Count}");
        });

        var answer = await app.SendAsync(One("GET", "/photos"));

        Assert.Equal("?a=1&a=2&b%20c=x%26y%3D 2", answer.Body);
    }

    [Fact]
    public async Task Multiple_values_leave_apart()
    {
        await using var app = await StartAsync(http =>
        {
            http.Response.Cookies.Append("a", "1");
            http.Response.Cookies.Append("b", "2");
            http.Response.Headers.ETag = "\"x\"";
            return http.Response.WriteAsync("ok");
        });

        var answer = await app.SendAsync(One("GET", "/"));

        Assert.Equal((200, "ok", "\"x\""), (answer.Status, answer.Body, answer.Header("ETag")));
        var cookies = answer.Json.GetProperty("multiValueHeaders").GetProperty("Set-Cookie");
        Assert.Equal(["a=1; path=/", "b=2; path=/"], cookies.EnumerateArray().Select(cookie => cookie.GetString()!));
        Assert.False(answer.Json.TryGetProperty("cookies", out _));
    }

    [Fact]
    public async Task A_single_cookie_leaves_as_a_header()
    {
        await using var app = await StartAsync(http =>
        {
            http.Response.Cookies.Append("a", "1");
            return Task.CompletedTask;
        });

        Assert.Equal("a=1; path=/", (await app.SendAsync(One("GET", "/"))).Header("Set-Cookie"));
    }

    [Theory]
    [InlineData("/photos", "/prod/photos", "/prod", "/photos")]
    [InlineData("/prod/photos", "/prod/prod/photos", "/prod", "/prod/photos")]
    [InlineData("/prod/photos", "/prod/photos", "/prod", "/photos")]
    [InlineData("/base/photos", "/base/photos", "", "/base/photos")]
    public async Task The_stage_is_no_part_of_the_path(string path, string full, string pathBase, string rest)
    {
        await using var app = await StartAsync(
            http => http.Response.WriteAsync($"{http.Request.PathBase} {http.Request.Path}"));

        Assert.Equal($"{pathBase} {rest}", (await app.SendAsync(One("GET", path, full))).Body);
    }

    [Fact]
    public async Task The_context_and_the_claims_are_within_reach()
    {
        await using var app = await StartAsync(http =>
        {
            var request = (APIGatewayProxyRequest)http.Items["LambdaRequestObject"]!;
            var user = request.RequestContext.Authorizer!["principalId"];
            return http.Response.WriteAsync($"{user} {request.Resource} {http.Connection.RemoteIpAddress}");
        });

        Assert.Equal("user-1 /{proxy+} 192.0.2.7", (await app.SendAsync(One("GET", "/"))).Body);
    }

    [Fact]
    public async Task A_host_that_sends_only_the_least_is_understood()
    {
        await using var app = await StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync($"{http.Request.GetDisplayUrl()} {await reader.ReadToEndAsync()}");
        });

        var answer = await app.SendAsync(
            """{"httpMethod":"POST","path":"/x","queryStringParameters":{"a":"b c"},"headers":null,"body":"hello"}""");

        Assert.Equal("https://localhost/x?a=b%20c hello", answer.Body);
    }

    private static Task<LambdaWebApp> StartAsync(RequestDelegate handler) =>
        LambdaWebApp.StartAsync(web => web.Run(handler), LambdaEventSource.RestApi);
}
