using System.Text.Json;
using PhotoLambda.Sweep;

namespace PhotoLambda.Tests;

/// <summary>The real function, with a database, a store and events of the test's own.</summary>
internal sealed class LoneSweep(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    public static async Task<LoneSweep> StartAsync(CloudFixture cloud, string database, string store)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("SweepFunction").ToDictionary();
        (settings["PHOTOLAMBDA_DATABASE_URL"], settings["AWS_ENDPOINT_URL"]) = (database, store);
        var stop = new CancellationTokenSource();
        return new LoneSweep(api, SweepFunction.RunAsync(api.NewClient(), settings, stop.Token), stop);
    }

    /// <returns>What it did; without <c>deletions_finished</c> when it failed.</returns>
    public async Task<JsonElement> InvokeAsync(double seconds = 20)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        return (await api.InvokeAsync("{}", ("Lambda-Runtime-Deadline-Ms", $"{deadline}"))).Json;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }
}
