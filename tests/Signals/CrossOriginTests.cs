using System.Net;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.Tests;

/// <summary>Pages of other origins, where no API Gateway answers them.</summary>
public class CrossOriginTests(CloudFixture cloud, KestrelApi api) : IClassFixture<KestrelApi>
{
    [Fact]
    public async Task A_preflight_of_a_page_that_is_known_is_answered()
    {
        using var answer = await PreflightAsync(KestrelApi.Origin);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(KestrelApi.Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(CrossOrigin.Methods, Header(answer, "Access-Control-Allow-Methods")!.Split(','));
        Assert.Equal(CrossOrigin.Headers, Header(answer, "Access-Control-Allow-Headers")!.Split(','));
        Assert.Equal("600", Header(answer, "Access-Control-Max-Age"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://photos.example.com.evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("http://photos.example.com")]
    [InlineData("null")]
    public async Task A_page_that_is_not_known_is_told_nothing(string origin)
    {
        using var preflight = await PreflightAsync(origin);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Origin", origin } } };
        using var answer = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(preflight.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal));
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/photos/x", HttpStatusCode.BadRequest)]
    public async Task A_page_may_read_answers_and_errors(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { { "Origin", "http://localhost:5173" } },
        };
        using var answer = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("http://localhost:5173", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(CrossOrigin.ExposedHeaders, Header(answer, "Access-Control-Expose-Headers")!.Split(','));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("photos.example.com")]
    [InlineData("https://photos.example.com/")]
    [InlineData("https://*.example.com")]
    [InlineData("https://a.example.com, ftp://b.example.com")]
    public void What_is_no_exact_origin_stops_the_start(string origins)
    {
        var failure = Assert.Throws<SettingException>(() => CrossOrigin.ReadPolicy(_ => origins));

        Assert.StartsWith($"PHOTOLAMBDA_ALLOWED_ORIGINS has '{origins.Split(", ")[^1]}'", failure.Message);
    }

    [Fact]
    public async Task Without_the_setting_no_origin_is_allowed()
    {
        await using var function = await LoneUploadUrl.StartAsync(cloud, "postgresql://u:p@127.0.0.1:9/d");

        var answer = await function.GetAsync("/healthz");

        Assert.DoesNotContain(
            answer.Headers.Keys, h => h.StartsWith("access-control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Template_and_server_allow_the_same()
    {
        var cors = Assert.Single(DeployedTemplates.Stack.HttpApis).Cors!;

        Assert.Equal(CrossOrigin.Methods, cors.AllowMethods);
        Assert.Equal(CrossOrigin.Headers, cors.AllowHeaders);
        Assert.Equal(CrossOrigin.ExposedHeaders, cors.ExposeHeaders);
        Assert.Equal(CrossOrigin.PreflightSeconds, cors.MaxAge);
        Assert.False(cors.AllowCredentials);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private async Task<HttpResponseMessage> PreflightAsync(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/photos/upload-url")
        {
            Headers =
            {
                { "Origin", origin },
                { "Access-Control-Request-Method", "POST" },
                { "Access-Control-Request-Headers", "authorization,content-type,traceparent" },
            },
        };
        return await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
