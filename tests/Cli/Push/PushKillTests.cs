using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>A push that is killed goes on where it was: every file becomes one photo.</summary>
public class PushKillTests(CloudFixture cloud)
{
    /// <summary>More than the usual number of photos, for whoever has the time.</summary>
    private static readonly int Photos = int.Parse(
        Environment.GetEnvironmentVariable("PHOTOLAMBDA_PUSH_PHOTOS") ?? "200", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Two_kills_leave_each_file_one_photo()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}, {Photos} photos");
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(Photos);
        for (var kill = 0; kill < 2; kill++)
        {
            await KillAsync(folder, proxy, _ => true, random.Next(2, Photos / 2), random.Next(2) == 0);
        }

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, $"seed {seed}: {output}");
        await folder.HasPhotosAsync(Photos);
        var files = folder.Receipt.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(Photos, files.Length);
        Assert.All(files, f => Assert.Equal("uploaded", f.GetProperty("outcome").GetString()));
        Assert.Equal(Photos, files.Select(f => f.GetProperty("photo_id").GetGuid()).Distinct().Count());
    }

    [Theory]
    [InlineData("tickets", 1, false)]
    [InlineData("tickets", 1, true)]
    [InlineData("tickets", 2, true)]
    [InlineData("store", 1, false)]
    [InlineData("store", 1, true)]
    [InlineData("store", 6, true)]
    public async Task A_kill_at_any_request_makes_no_second_photo(string kind, int number, bool isAnswered)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(12);
        await KillAsync(
            folder, proxy, kind == "tickets" ? PushProxy.IsTickets : PushProxy.IsPut, number, isAnswered);
        // What a kill tears off, a line at its end.
        await File.AppendAllTextAsync(
            folder.Journal, "{\"file\":\"day 0/IM", TestContext.Current.CancellationToken);

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(12);
        Assert.All(folder.Outcomes().Values, o => Assert.Equal("uploaded", o));
    }

    [Fact]
    public async Task A_second_push_at_once_is_refused_and_an_interrupt_is_clean()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.AddMany(4);
        var reached = new TaskCompletionSource();
        proxy.Before = async http =>
        {
            if (PushProxy.IsPut(http))
            {
                reached.TrySetResult();
                await WhileAskedAsync(http);
            }
        };
        using var first = folder.Start();
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);

        var (exit, output) = await folder.PushAsync();
        Assert.True(exit == 1, output);
        Assert.Contains($"Another push is under way with the journal {folder.Journal}.", output);

        first.Signal("INT");
        (exit, output) = await first.EndAsync();
        Assert.True(exit == 130, output);
        Assert.Contains("Stopped; 0 of 4 files, ", output);
        Assert.DoesNotContain("   at ", output);
        proxy.Before = _ => Task.CompletedTask;
        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
        await folder.HasPhotosAsync(4);
    }

    /// <param name="number">Of the request at which it is killed.</param>
    /// <param name="isAnswered">Whether that request has had its effect.</param>
    private static async Task KillAsync(
        PushedFolder folder, PushProxy proxy, Func<HttpContext, bool> which, int number, bool isAnswered)
    {
        var count = 0;
        var reached = new TaskCompletionSource();
        async Task StopAsync(HttpContext http)
        {
            if (which(http) && Interlocked.Increment(ref count) >= number)
            {
                reached.TrySetResult();
                await WhileAskedAsync(http);
            }
        }

        if (isAnswered)
        {
            proxy.After = StopAsync;
        }
        else
        {
            proxy.Before = StopAsync;
        }

        using var push = folder.Start();
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        push.Signal("KILL");
        await push.EndAsync();
        (proxy.Before, proxy.After) = (_ => Task.CompletedTask, _ => Task.CompletedTask);
    }

    private static async Task WhileAskedAsync(HttpContext http) =>
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(
            _ => { }, TaskScheduler.Default);
}
