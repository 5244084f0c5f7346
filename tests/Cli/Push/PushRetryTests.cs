using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>What passes is tried again, and nothing is sent twice.</summary>
public class PushRetryTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("api", 500)]
    [InlineData("api", 0)]
    [InlineData("tickets", 503)]
    [InlineData("check", 429)]
    [InlineData("store", 503)]
    [InlineData("store", 409)]
    [InlineData("store", 0)]
    public async Task What_passes_is_tried_again(string kind, int status)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(5);
        proxy.Fail(PushProxy.Which(kind), 2, http => PushProxy.Refuse(http, status));

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("5 files: 5 uploaded; ", output);
        await folder.HasPhotosAsync(5);
    }

    [Fact]
    public async Task A_wait_that_the_API_asks_for_is_kept()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.Add("a.jpg");
        List<DateTime> asked = [];
        proxy.Fail(PushProxy.IsTickets, 2, http =>
        {
            asked.Add(DateTime.UtcNow);
            PushProxy.Refuse(http, 429);
            http.Response.Headers.RetryAfter = "1";
        });
        proxy.After = http =>
        {
            asked.AddRange(PushProxy.IsTickets(http) ? [DateTime.UtcNow] : []);
            return Task.CompletedTask;
        };

        var (exit, output) = await folder.PushAsync("--patience", "1s");

        Assert.True(exit == 0, output);
        Assert.True(asked is [var first, _, var last] && last - first > TimeSpan.FromSeconds(2), output);
    }

    [Fact]
    public async Task Files_beyond_the_users_limit_wait_for_it()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.Add("a.jpg");
        var refused = false;
        proxy.Before = http =>
        {
            if (!PushProxy.IsTickets(http) || refused)
            {
                return Task.CompletedTask;
            }

            refused = true;
            http.Response.StatusCode = 200;
            http.Response.Headers["RateLimit-Reset"] = "1";
            return http.Response.WriteAsJsonAsync(new
            {
                items = new[]
                {
                    new { status = 429, problem = new { type = "urn:photolambda:problem:rate-limited" } },
                },
            });
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0 && refused, output);
        await folder.HasPhotosAsync(1);
    }

    [Fact]
    public async Task An_answer_that_is_lost_makes_no_second_upload()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(4);
        var lost = 0;
        proxy.After = http =>
        {
            if (PushProxy.IsPut(http) && Interlocked.Increment(ref lost) <= 2)
            {
                http.Abort();
            }

            return Task.CompletedTask;
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0 && lost > 2, output);
        await folder.HasPhotosAsync(4);
    }

    [Fact]
    public async Task A_ticket_that_ended_is_renewed()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        proxy.Fail(PushProxy.IsPut, 2, http => PushProxy.Refuse(http, 403));

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }
}
