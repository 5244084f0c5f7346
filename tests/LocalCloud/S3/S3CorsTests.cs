using System.Net;
using Amazon.S3;

namespace PhotoLambda.Tests;

public sealed class S3CorsTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task A_preflight_is_answered_from_the_buckets_rules()
    {
        using var allowed = await PreflightAsync("/photos/x", "https://app.example.org", "PUT",
            "Content-Type, X-Amz-Meta-A");
        using var origin = await PreflightAsync("/photos/x", "https://evil.example.com", "PUT", null);
        using var method = await PreflightAsync("/photos/x", "https://app.example.org", "DELETE", null);
        using var bucket = await PreflightAsync("/other/x", "https://app.example.org", "PUT", null);
        using var incomplete = await PreflightAsync("/photos/x", null, "PUT", null);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("https://app.example.org", Header(allowed, "Access-Control-Allow-Origin"));
        Assert.Equal("GET, PUT, POST", Header(allowed, "Access-Control-Allow-Methods"));
        Assert.Equal("content-type, x-amz-meta-a", Header(allowed, "Access-Control-Allow-Headers"));
        Assert.Equal("3000", Header(allowed, "Access-Control-Max-Age"));
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest],
            new[] { origin.StatusCode, method.StatusCode, bucket.StatusCode, incomplete.StatusCode });
    }

    [Fact]
    public async Task The_page_may_read_the_answer_and_the_errors()
    {
        using var put = new HttpRequestMessage(HttpMethod.Put, _s3.Presign(HttpVerb.PUT, "x"));
        put.Content = new ByteArrayContent([1]);
        put.Headers.Add("Origin", "https://app.example.org");
        using var refused = new HttpRequestMessage(HttpMethod.Get, "/photos/x");
        refused.Headers.Add("Origin", "https://app.example.org");
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/photos/x");
        foreign.Headers.Add("Origin", "https://evil.example.com");

        using var good = await _s3.Http.SendAsync(put, Cancellation);
        using var bad = await _s3.Http.SendAsync(refused, Cancellation);
        using var silent = await _s3.Http.SendAsync(foreign, Cancellation);

        Assert.Equal((HttpStatusCode.OK, "ETag"), (good.StatusCode, Header(good, "Access-Control-Expose-Headers")));
        Assert.Equal((HttpStatusCode.Forbidden, "https://app.example.org"),
            (bad.StatusCode, Header(bad, "Access-Control-Allow-Origin")));
        Assert.False(silent.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.GetValues(name).Single();

    private Task<HttpResponseMessage> PreflightAsync(string path, string? origin, string method, string? headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Access-Control-Request-Method", method);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (headers is not null)
        {
            request.Headers.Add("Access-Control-Request-Headers", headers);
        }

        return _s3.Http.SendAsync(request, Cancellation);
    }
}
