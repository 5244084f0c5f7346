using System.Text.Json;
using PhotoLambda.Sweep;

namespace PhotoLambda.Tests;

/// <summary>The real function, with a database, a store and events of the test's own.</summary>
internal sealed class LoneSweep(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    /// <param name="store">Stands for the queues, too, unless a change says otherwise.</param>
    public static async Task<LoneSweep> StartAsync(
        CloudFixture cloud, string database, string store, params (string Name, string Value)[] changes)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("SweepFunction").ToDictionary();
        (settings["PHOTOLAMBDA_DATABASE_URL"], settings["AWS_ENDPOINT_URL"]) = (database, store);
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        return new LoneSweep(api, SweepFunction.RunAsync(api.NewClient(), settings, stop.Token), stop);
    }

    /// <returns>What it did; without <c>deletions_finished</c> when it failed.</returns>
    public async Task<JsonElement> InvokeAsync(double seconds = 20)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        return (await api.InvokeAsync("{}", ("Lambda-Runtime-Deadline-Ms", $"{deadline}"))).Json;
    }

    /// <returns>
    /// The counts of a report that are not 0, as <c>name=count</c>, and not what changes with the clock; else the
    /// error's message.
    /// </returns>
    public static string Counts(JsonElement report) => report.TryGetProperty("errorMessage", out var message)
        ? message.GetString()!
        : string.Join(' ', report.EnumerateObject().Where(c => c.Value.GetInt32() != 0 && c.Name != "outbox_age")
            .Select(c => $"{c.Name}={c.Value}"));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }
}
