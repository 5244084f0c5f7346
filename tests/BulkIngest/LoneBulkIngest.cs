using PhotoLambda.BulkIngest;

namespace PhotoLambda.Tests;

/// <summary>The real function, with events of the test's own and a database of its own.</summary>
internal sealed class LoneBulkIngest(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    public static async Task<LoneBulkIngest> StartAsync(
        CloudFixture cloud, params (string Name, string Value)[] changes)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("BulkIngestFunction").ToDictionary();
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        var run = BulkIngestFunction.RunAsync(api.NewClient(), settings, stop.Token);
        return new LoneBulkIngest(api, run, stop);
    }

    /// <returns>The response, or the error as text.</returns>
    public async Task<string> InvokeAsync(string payload, double seconds = 15)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        var answer = await api.InvokeAsync(payload, ("Lambda-Runtime-Deadline-Ms", $"{deadline}"));
        return answer.Text;
    }

    /// <summary>Invokes the function with messages <c>m0</c>, <c>m1</c>, ….</summary>
    /// <returns>The ids of those that are to come again.</returns>
    public async Task<string[]> IngestAsync(IEnumerable<string> bodies, double seconds = 15)
    {
        var answer = await InvokeAsync(Event(bodies), seconds);
        return [.. LoneOnObjectCreated.Failures(answer)];
    }

    public static string Event(IEnumerable<string> bodies) =>
        LoneOnObjectCreated.Messages([.. bodies.Select((body, i) => ($"m{i}", body))]);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }
}
