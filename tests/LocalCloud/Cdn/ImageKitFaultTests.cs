using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>ImageKit fails as it was told to, and tells how often it did.</summary>
public class ImageKitFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_seed_fails_the_same_calls()
    {
        await using var server = await ImageKitServer.StartAsync();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");

        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await SetAsync(server, $$"""{"share":0.4,"seed":{{seed}},"kind":"status","status":502}""");
            var answers = new List<int>();
            for (var i = 0; i < 40; i++)
            {
                answers.Add((await server.PutAsync("a.png")).Status);
                // What other calls throw changes nothing.
                await server.SendAsync("GET", run == 0 ? "v1/files" : "state");
            }

            runs.Add(string.Join(' ', answers));
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.Contains("502", runs[0], StringComparison.Ordinal);
        Assert.Contains("200", runs[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_tells_when_to_come_again()
    {
        await using var server = await ImageKitServer.StartAsync();
        await SetAsync(server,
            """{"kind":"status","status":429,"retry_after_seconds":2,"rate_limit_reset_ms":1500,"calls":"delete"}""");

        var reply = await server.SendAsync("DELETE", "v1/files/0");

        reply.IsRefused(429, "fault");
        Assert.Equal(TimeSpan.FromSeconds(2), reply.Headers.RetryAfter?.Delta);
        Assert.Equal("1500", reply.Headers.GetValues("X-RateLimit-Reset").Single());
        Assert.Equal(200, (await server.PutAsync("a.png")).Status);
    }

    [Fact]
    public async Task It_heals_after_so_many_times_or_when_told()
    {
        await using var server = await ImageKitServer.StartAsync();
        await SetAsync(server, """{"kind":"status","times":2}""");
        var answers = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add((await server.PutAsync("a.png")).Status);
        }

        Assert.Equal([503, 503, 200], answers);
        var counts = (await server.StateAsync()).GetProperty("answers").GetProperty("upload");
        Assert.Equal((2, 1), (counts.GetProperty("503").GetInt32(), counts.GetProperty("200").GetInt32()));
        Assert.Equal(2, (await server.SendAsync("GET", "faults")).Json.GetProperty("done").GetInt32());

        foreach (var (method, json) in new[] { ("POST", "{}"), ("DELETE", "") })
        {
            await SetAsync(server, """{"kind":"status"}""");
            Assert.Equal(503, (await server.SendAsync("GET", "v1/files")).Status);
            Assert.False((await server.SendJsonAsync(method, "faults", json)).Json.GetProperty("on").GetBoolean());
            Assert.Equal(200, (await server.SendAsync("GET", "v1/files")).Status);
        }
    }

    [Fact]
    public async Task A_page_and_nothing_are_answers_too()
    {
        await using var server = await ImageKitServer.StartAsync();
        await SetAsync(server, """{"kind":"html"}""");
        var page = await server.PutAsync("a.png");
        await SetAsync(server, """{"kind":"empty","status":500}""");
        var nothing = await server.PutAsync("a.png");

        Assert.Equal(200, page.Status);
        Assert.StartsWith("<!DOCTYPE html>", page.Body, StringComparison.Ordinal);
        Assert.Equal((500, ""), (nothing.Status, nothing.Body));
    }

    [Theory]
    [InlineData("reset", "before", 0)]
    [InlineData("reset", "after", 1)]
    [InlineData("hang", "before", 0)]
    [InlineData("hang", "after", 1)]
    public async Task An_answer_can_be_lost_with_or_without_the_deed(string kind, string when, int files)
    {
        await using var server = await ImageKitServer.StartAsync();
        await SetAsync(server, $$"""{"kind":"{{kind}}","when":"{{when}}"}""");

        var upload = server.PutAsync("a.png");
        if (kind == "hang")
        {
            await UntilCountedAsync(server, "hang");
            Assert.False(upload.IsCompleted);
            await SetAsync(server, """{"share":0}""");
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => upload);
        var state = await server.StateAsync();
        Assert.Equal(files, state.GetProperty("files").GetArrayLength());
        Assert.Equal(1, state.GetProperty("answers").GetProperty("upload").GetProperty(kind).GetInt32());
    }

    [Theory]
    [InlineData("share", """{"share":1.1}""")]
    [InlineData("seed", """{"seed":-1}""")]
    [InlineData("kind", """{"kind":"slow"}""")]
    [InlineData("status", """{"status":200}""")]
    [InlineData("status", """{"kind":"html","status":600}""")]
    [InlineData("status", """{"kind":"hang","status":503}""")]
    [InlineData("retry_after_seconds", """{"retry_after_seconds":3601}""")]
    [InlineData("rate_limit_reset_ms", """{"rate_limit_reset_ms":"1"}""")]
    [InlineData("calls", """{"calls":"download"}""")]
    [InlineData("times", """{"times":0}""")]
    [InlineData("when", """{"when":"never"}""")]
    [InlineData("delay", """{"delay":1}""")]
    [InlineData("body", "[]")]
    [InlineData("body", "{")]
    public async Task A_setting_that_is_not_valid_is_named_and_changes_nothing(string field, string json)
    {
        await using var server = await ImageKitServer.StartAsync();
        await SetAsync(server, """{"kind":"status","status":500}""");

        var reply = await server.SendJsonAsync("POST", "faults", json);

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Body);
        Assert.Equal(500, (await server.SendAsync("GET", "v1/files")).Status);
    }

    private static async Task SetAsync(ImageKitServer server, string json)
    {
        var reply = await server.SendJsonAsync("POST", "faults", json);
        Assert.True(reply.Status == (int)HttpStatusCode.OK, reply.Body);
    }

    private static async Task UntilCountedAsync(ImageKitServer server, string answer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        JsonElement counts;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            counts = (await server.StateAsync()).GetProperty("answers").GetProperty("upload");
        }
        while (!counts.TryGetProperty(answer, out _));
    }
}
