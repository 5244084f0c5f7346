using System.Text.Json;
using PhotoLambda.OnObjectCreated;

namespace PhotoLambda.Tests;

/// <summary>The real function, with events of the test's own.</summary>
internal sealed class LoneOnObjectCreated(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    public static async Task<LoneOnObjectCreated> StartAsync(
        CloudFixture cloud, params (string Name, string Value)[] changes)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("OnObjectCreatedFunction").ToDictionary();
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        var run = OnObjectCreatedFunction.RunAsync(api.NewClient(), settings, stop.Token);
        return new LoneOnObjectCreated(api, run, stop);
    }

    /// <returns>The response, or the error as text.</returns>
    public async Task<string> InvokeAsync(string payload, double seconds = 15)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        var answer = await api.InvokeAsync(payload, ("Lambda-Runtime-Deadline-Ms", $"{deadline}"));
        return answer.Text;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }

    /// <summary>An event of the queue with these messages.</summary>
    public static string Messages(params (string Id, string Body)[] messages) => JsonSerializer.Serialize(new
    {
        Records = messages.Select(
            m => new { messageId = m.Id, receiptHandle = "r", body = m.Body, eventSource = "aws:sqs" }),
    });

    /// <returns>The ids of the messages that are to come again.</returns>
    public static IEnumerable<string> Failures(string answer) => JsonDocument.Parse(answer).RootElement
        .GetProperty("batchItemFailures").EnumerateArray().Select(f => f.GetProperty("itemIdentifier").GetString()!);
}
