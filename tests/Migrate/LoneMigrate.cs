using System.Text.Json;
using PhotoLambda.Migrate;

namespace PhotoLambda.Tests;

/// <summary>The real function, with events and settings of the test's own.</summary>
internal sealed class LoneMigrate(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    /// <param name="database">The value of PHOTOLAMBDA_DATABASE_URL; null: not set.</param>
    public static async Task<LoneMigrate> StartAsync(
        string? database, params (string Name, string Value)[] more)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = new Dictionary<string, string?> { ["PHOTOLAMBDA_DATABASE_URL"] = database };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        return new LoneMigrate(api, MigrateFunction.RunAsync(api.NewClient(), settings, stop.Token), stop);
    }

    /// <summary>An event of CloudFormation.</summary>
    /// <param name="changes">Members to replace; null: without them.</param>
    public static string Event(
        string type, Uri responseUrl, params (string Name, object? Value)[] changes)
    {
        var members = new Dictionary<string, object?>
        {
            ["RequestType"] = type,
            ["ServiceToken"] = "arn:aws:lambda:eu-central-1:123456789012:function:migrate",
            ["ResponseURL"] = responseUrl.AbsoluteUri,
            ["StackId"] = "arn:aws:cloudformation:eu-central-1:123456789012:stack/photos/4f7a",
            ["RequestId"] = "8c2e",
            ["LogicalResourceId"] = "Migration",
            ["ResourceType"] = "Custom::Migration",
            ["ResourceProperties"] = new { Version = "7" },
        };
        foreach (var (name, value) in changes)
        {
            members[name] = value;
        }

        return JsonSerializer.Serialize(members.Where(m => m.Value is not null).ToDictionary());
    }

    /// <returns>The report, or the error.</returns>
    public async Task<JsonElement> InvokeAsync(string payload, double seconds = 20)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        return (await api.InvokeAsync(payload, ("Lambda-Runtime-Deadline-Ms", $"{deadline}"))).Json;
    }

    /// <returns>The error's message, or the whole report.</returns>
    public async Task<string> ErrorAsync(string payload, double seconds = 20)
    {
        var answer = await InvokeAsync(payload, seconds);
        return answer.TryGetProperty("errorMessage", out var message) ? message.GetString()! : answer.GetRawText();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        await api.DisposeAsync();
        stop.Dispose();
    }
}
