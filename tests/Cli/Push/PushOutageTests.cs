using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>API and store refuse, break off or fall silent, and files change under the reader's hands.</summary>
public class PushOutageTests(CloudFixture cloud)
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
        proxy.Fail(Which(kind), 3, http => Refuse(http, status));

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
            Refuse(http, 429);
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
        proxy.Fail(PushProxy.IsPut, 2, http => Refuse(http, 403));

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }

    [Fact]
    public async Task One_file_that_the_store_refuses_stops_no_other()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(4);
        string? victim = null;
        proxy.Before = async http =>
        {
            if (PushProxy.IsPut(http) && (victim ??= http.Request.Path) == http.Request.Path)
            {
                http.Response.StatusCode = 400;
                await http.Response.WriteAsync("<Error><Code>KeyTooLongError</Code><Message>Too long</Message></Error>");
            }
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 2, output);
        Assert.Contains(": the store answers 400 KeyTooLongError Too long", output);
        Assert.Contains("4 files: 3 uploaded, 1 failed; ", output);
        proxy.Before = _ => Task.CompletedTask;
        (exit, output) = await folder.RunAsync(folder.RetryList, "--project", folder.Project);
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(4);
    }

    [Theory]
    [InlineData("store", "The store answers 500, for 1s by now.")]
    [InlineData("tickets", "The API answers 500, for 1s by now.")]
    public async Task A_push_that_nobody_answers_ends_and_goes_on_later(string kind, string message)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        proxy.Fail(Which(kind), int.MaxValue, http => Refuse(http, 500));

        var (exit, output) = await folder.PushAsync("--patience", "1s");

        Assert.True(exit == 2, output);
        Assert.Contains($"Stopped: {message}", output);
        Assert.Contains("3 files: 3 left; ", output);
        Assert.All(folder.Outcomes().Values, o => Assert.Equal("left", o));
        proxy.Before = _ => Task.CompletedTask;
        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }

    [Theory]
    [InlineData("change")]
    [InlineData("change unseen")]
    [InlineData("shrink")]
    [InlineData("vanish")]
    public async Task A_file_that_changes_meanwhile_fails_alone(string how)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.Add("good.jpg");
        var place = folder.Add("bad.jpg");
        proxy.Before = http =>
        {
            if (PushProxy.IsTickets(http))
            {
                Spoil(place, how);
            }

            return Task.CompletedTask;
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 2, output);
        Assert.Contains("Failed: bad.jpg: it changed while it was pushed: push it again", output);
        Assert.Contains("2 files: 1 uploaded, 1 failed; ", output);
        proxy.Before = _ => Task.CompletedTask;
        folder.Add("bad.jpg", PushedFolder.Photo("healed"));
        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task A_token_that_ends_is_replaced_by_the_command()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        proxy.Fail(PushProxy.IsTickets, 1, http => Refuse(http, 401));
        var log = folder.Write("log");

        var (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo $PHOTOLAMBDA_TOKEN-$(wc -l < '{log}') | sed 's/-1$//'");

        // The second one is nonsense: it is told what the API says of that.
        Assert.True(exit == 2, output);
        Assert.Contains("Stopped: The API answers 401: ", output);
        Assert.Equal(2, File.ReadAllLines(log).Length);

        (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo $PHOTOLAMBDA_TOKEN");
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(3);
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_ends()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(3);
        var end = DateTimeOffset.UtcNow.AddSeconds(64);
        var claims = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"exp\":{end.ToUnixTimeSeconds()}}}")));
        List<string> tokens = [];
        proxy.Before = async http =>
        {
            if (!PushProxy.IsApi(http))
            {
                return;
            }

            tokens.Add(http.Request.Headers.Authorization!);
            http.Request.Headers.Authorization = $"Bearer {folder.Environment["PHOTOLAMBDA_TOKEN"]}";
            while (PushProxy.IsCheck(http) && DateTimeOffset.UtcNow < end.AddSeconds(-59))
            {
                // The clock is what ends a token.
                await Task.Delay(20, CancellationToken.None);
            }
        };
        var log = folder.Write("log");

        var (exit, output) = await folder.PushAsync(
            "--token-command", $"echo run >> '{log}'; echo e30.{claims}.$(wc -l < '{log}')");

        Assert.True(exit == 0, output);
        Assert.EndsWith(".1", tokens[0]);
        Assert.EndsWith(".2", tokens[^1]);
    }

    private static Func<HttpContext, bool> Which(string kind) => kind switch
    {
        "api" => PushProxy.IsApi,
        "tickets" => PushProxy.IsTickets,
        "check" => PushProxy.IsCheck,
        _ => PushProxy.IsPut,
    };

    /// <param name="status">0: the connection is lost.</param>
    private static void Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (status == 0)
        {
            http.Abort();
        }
    }

    private static void Spoil(string place, string how)
    {
        var (bytes, modified) = (File.ReadAllBytes(place), File.GetLastWriteTimeUtc(place));
        switch (how)
        {
            case "vanish":
                File.Delete(place);
                return;
            case "shrink":
                File.WriteAllBytes(place, bytes[..^10]);
                return;
            default:
                bytes[100] ^= 1;
                File.WriteAllBytes(place, bytes);
                File.SetLastWriteTimeUtc(place, how == "change" ? modified.AddSeconds(1) : modified);
                return;
        }
    }
}
