using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>Databases that no function gets into: each gives back what it was asked, in time.</summary>
public sealed class RefusingDatabaseTests(CloudFixture cloud)
{
    // As template.yaml has it, or half of that.
    private const double RequestSeconds = 30;
    private const double EventSeconds = 6;

    [Theory]
    [InlineData("wrong password")]
    [InlineData("unknown database")]
    [InlineData("no TLS")]
    [InlineData("unknown host")]
    public async Task A_login_that_is_refused_hurts_nobody(string what) => Assert.Equal(
        FunctionDoor.All.Select(f => $"{f}: gave all back"),
        await Task.WhenAll(FunctionDoor.All.Select(f => OutcomeAsync(f, Refused(f, what)))));

    [Fact]
    public async Task A_host_that_swallows_packets_is_not_waited_for_to_the_end()
    {
        Missing.SkipUnless(OperatingSystem.IsLinux(), "The queue of connections is as Linux has it.");
        using var host = await SwallowingHost.StartAsync();
        var url = $"postgresql://u:p@127.0.0.1:{host.Port}/d";

        Assert.Equal(
            FunctionDoor.All.Select(f => $"{f}: gave all back"),
            await Task.WhenAll(FunctionDoor.All.Select(f => OutcomeAsync(f, url))));
    }

    private string Refused(string function, string what)
    {
        var url = new UriBuilder(cloud.Settings(function)["PHOTOLAMBDA_DATABASE_URL"]!);
        switch (what)
        {
            case "wrong password": url.Password = "wrong"; break;
            case "unknown database": url.Path = "no_such_database"; break;
            case "no TLS": url.Query = "sslmode=require"; break;
            default: url.Host = "no-such-host.invalid"; break;
        }

        return url.Uri.AbsoluteUri;
    }

    private async Task<string> OutcomeAsync(string function, string database)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings(function).ToDictionary();
        (settings["PHOTOLAMBDA_DATABASE_URL"], settings["AWS_ENDPOINT_URL_SQS"]) = (database, "http://127.0.0.1:9");
        using var stop = new CancellationTokenSource();
        using var client = api.NewClient();
        var run = FunctionDoor.RunAsync(function, client, settings, stop.Token);

        var seconds = function == "UploadUrlFunction" ? RequestSeconds : EventSeconds;
        var clock = Stopwatch.StartNew();
        var outcome = await FunctionOutcome.OfAsync(function, api, seconds);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, Math.Min(seconds - 0.2, 12));

        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        return $"{function}: {outcome}";
    }
}
