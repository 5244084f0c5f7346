using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>How long a CDN is waited for.</summary>
public sealed class CdnPatienceTests(CloudFixture cloud)
{
    private const string Due = """
        select cdn_error, cdn_attempts, round(extract(epoch from cdn_due_at - now()) / 60) from photos
        """;

    [Theory]
    [InlineData("Retry-After", "1", 4, "10")]
    [InlineData("Retry-After", "7200", 1, "120")]
    [InlineData("X-RateLimit-Reset", "7200000", 1, "120")]
    public async Task Too_many_requests_are_answered_with_patience(
        string header, string after, int uploads, string minutes)
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await using var cdn = await BrokenStore.StartAsync(http =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers[header] = after;
            return Task.CompletedTask;
        });
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));
        var photos = await stage.AddAsync([1]);
        var clock = Stopwatch.StartNew();

        Assert.Equal("", await function.InvokeAsync(photos.Select(CdnStage.Message)));

        Assert.InRange(clock.Elapsed.TotalSeconds, uploads - 1, uploads + 4);
        Assert.Equal(
            [$"ImageKit answered 429 to the upload: nothing,1,{minutes}"], await stage.Database.RowsAsync(Due));
        Assert.Equal(uploads, cdn.Requests);
    }

    [Fact]
    public async Task A_cdn_that_hangs_costs_no_more_than_the_invocation()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await using var cdn = await BrokenStore.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));
        var photos = await stage.AddAsync([.. Enumerable.Range(0, 20)]);

        Assert.Equal("", await function.InvokeAsync(photos.Select(CdnStage.Message), seconds: 4));

        Assert.InRange(cdn.Requests, 1, 8);
        // As slow as the machine may be, those that it had no time for are told from those that it tried.
        var errors = await stage.Database.RowsAsync("select cdn_error from photos");
        Assert.Equal(20, errors.Length);
        Assert.All(errors, error => Assert.Matches(
            "^(not tried, since the CDN failed before: )?ImageKit did not answer the upload within [0-9.]+ s$", error));
        Assert.InRange(errors.Count(e => e.StartsWith("not tried", StringComparison.Ordinal)), 12, 19);
    }
}
