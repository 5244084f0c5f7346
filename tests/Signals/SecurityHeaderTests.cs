namespace PhotoLambda.Tests;

/// <summary>What every answer tells a browser.</summary>
public class SecurityHeaderTests(CloudFixture cloud, KestrelApi server) : IClassFixture<KestrelApi>
{
    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/api/v1/projects", 401)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/api/v1/photos/x/status", 405)]
    [InlineData("/readyz", 503)]
    public async Task Every_answer_has_them_errors_too(string path, int status)
    {
        await using var function = await LoneUploadUrl.StartAsync(cloud, "postgresql://u:p@127.0.0.1:9/d");

        var answer = await function.GetAsync(path);

        Assert.Equal(status, answer.Status);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Resource-Policy"]);
        Assert.Equal("max-age=31536000", answer.Headers["Strict-Transport-Security"]);
    }

    [Fact]
    public async Task An_answer_that_the_host_gives_in_our_place_is_not_kept_either()
    {
        using var silent = UnreliableDatabase.Silent();
        await using var function = await LoneUploadUrl.StartAsync(cloud, $"postgresql://u:p@127.0.0.1:{silent.Port}/d");

        var answer = await function.GetAsync("/readyz", seconds: 0.2);

        Assert.Equal(504, answer.Status);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task A_plain_server_names_neither_itself_nor_TLS()
    {
        using var answer = await server.Http.GetAsync("/healthz", TestContext.Current.CancellationToken);

        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }
}
