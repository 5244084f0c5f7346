using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Requests to a function, as events.</summary>
internal static class HttpEvents
{
    public static async Task<HttpAnswer> RequestAsync(
        this FakeRuntimeApi api,
        string method,
        string path,
        string? token = null,
        object? body = null,
        string query = "",
        string? trace = null,
        params (string Name, string Value)[] headers)
    {
        var text = body is null or string ? (string?)body : JsonSerializer.Serialize(body);
        var request = LambdaHttpEvents.Two(method, path, query, body: text);
        var sent = (Dictionary<string, string>)request["headers"]!;
        if (token is not null)
        {
            sent["authorization"] = $"Bearer {token}";
        }

        if (text is not null)
        {
            sent["content-type"] = "application/json";
        }

        foreach (var (name, value) in headers)
        {
            sent[name] = value;
        }

        var deadline = DateTimeOffset.UtcNow.AddSeconds(15).ToUnixTimeMilliseconds();
        var answer = (await api.InvokeAsync(JsonSerializer.Serialize(request),
            ("Lambda-Runtime-Deadline-Ms", $"{deadline}"), ("Lambda-Runtime-Trace-Id", trace ?? ""))).Json;
        return new HttpAnswer(
            answer.GetProperty("statusCode").GetInt32(),
            answer.GetProperty("headers").EnumerateObject().ToDictionary(
                h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
            answer.GetProperty("body").GetString()!);
    }

    public static async Task<string> TokenAsync(
        this CloudFixture cloud,
        string organization,
        string scope = "photos:read photos:write projects:write photos:process")
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        var answer = await http.GetStringAsync(
            $"/_local/token?org={organization}&scope={Uri.EscapeDataString(scope)}",
            TestContext.Current.CancellationToken);
        return JsonDocument.Parse(answer).RootElement.GetProperty("access_token").GetString()!;
    }
}
