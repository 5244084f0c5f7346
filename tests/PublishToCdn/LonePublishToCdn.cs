using PhotoLambda.PublishToCdn;

namespace PhotoLambda.Tests;

/// <summary>The real function, with messages of the test's own.</summary>
internal sealed class LonePublishToCdn(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    public static async Task<LonePublishToCdn> StartAsync(
        CloudFixture cloud, params (string Name, string Value)[] changes)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("PublishToCdnFunction").ToDictionary();
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        var run = PublishToCdnFunction.RunAsync(api.NewClient(), settings, stop.Token);
        return new LonePublishToCdn(api, run, stop);
    }

    /// <summary>Invokes the function with messages <c>m0</c>, <c>m1</c>, ….</summary>
    /// <returns>The ids of those that are to come again, with a space between them.</returns>
    public async Task<string> InvokeAsync(IEnumerable<string> bodies, double seconds = 20)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        var payload = LoneOnObjectCreated.Messages([.. bodies.Select((body, i) => ($"m{i}", body))]);
        var answer = await api.InvokeAsync(payload, ("Lambda-Runtime-Deadline-Ms", $"{deadline}"));
        return string.Join(' ', LoneOnObjectCreated.Failures(answer.Text).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }
}
