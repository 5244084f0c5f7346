using System.Text.Json;
using PhotoLambda.UploadUrl;

namespace PhotoLambda.Tests;

/// <summary>The HTTP function with settings and events of the test's own.</summary>
internal sealed class LoneUploadUrl(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
{
    public static async Task<LoneUploadUrl> StartAsync(
        CloudFixture cloud, string database, params (string Name, string Value)[] changes)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var settings = cloud.Settings("UploadUrlFunction").ToDictionary();
        settings["PHOTOLAMBDA_DATABASE_URL"] = database;
        foreach (var (name, value) in changes)
        {
            settings[name] = value;
        }

        var stop = new CancellationTokenSource();
        return new LoneUploadUrl(api, UploadUrlFunction.RunAsync(api.NewClient(), settings, stop.Token), stop);
    }

    /// <param name="path">With the query, if any.</param>
    /// <param name="token">For the Authorization header; null: none.</param>
    public Task<HttpAnswer> GetAsync(string path, string? token = null, double seconds = 15) =>
        SendAsync("GET", path, token, null, null, seconds);

    /// <inheritdoc cref="GetAsync"/>
    public Task<HttpAnswer> SendAsync(string method, string path, string? token = null, double seconds = 15) =>
        SendAsync(method, path, token, null, null, seconds);

    /// <param name="json">The body.</param>
    /// <param name="key">For the Idempotency-Key header; null: none.</param>
    public Task<HttpAnswer> PostAsync(
        string path, string token, string json, string? key = null, double seconds = 15) =>
        SendAsync("POST", path, token, json, key, seconds);

    /// <param name="key">For the Idempotency-Key header; null: none.</param>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, string token, string? key = null) =>
        await SendAsync(request.Method.Method, request.RequestUri!.OriginalString, token,
            request.Content is null ? null : await request.Content.ReadAsStringAsync(), key, 15);

    private async Task<HttpAnswer> SendAsync(
        string method, string path, string? token, string? json, string? key, double seconds)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var request = query < 0
            ? LambdaHttpEvents.Two(method, path, body: json)
            : LambdaHttpEvents.Two(method, path[..query], path[(query + 1)..], body: json);
        var headers = (Dictionary<string, string>)request["headers"]!;
        foreach (var (name, value) in new[]
        {
            ("authorization", token is null ? null : $"Bearer {token}"),
            ("content-type", json is null ? null : "application/json"), ("idempotency-key", key),
        })
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }

        var deadline = DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();
        var answer = (await api.InvokeAsync(
            JsonSerializer.Serialize(request), ("Lambda-Runtime-Deadline-Ms", $"{deadline}"))).Json;
        return new HttpAnswer(
            answer.GetProperty("statusCode").GetInt32(),
            answer.GetProperty("headers").EnumerateObject().ToDictionary(
                h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
            answer.TryGetProperty("body", out var body) ? body.GetString() ?? "" : "");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await api.DisposeAsync();
        stop.Dispose();
    }
}

internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? ProblemType => Body.StartsWith('{')
        ? JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("type").GetString()
        : null;
}
