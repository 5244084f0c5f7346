using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What the door takes, shows and refuses; none of the settings here concerns anybody.</summary>
public sealed class ChaosSettingsTests : IAsyncLifetime
{
    private ChaosStage _stage = null!;

    public async ValueTask InitializeAsync() =>
        _stage = await ChaosStage.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Settings_are_shown_as_they_were_given()
    {
        const string settings = """
            "seed": 42, "queues": ["Q"], "duplicates": 0.05, "reorder": 0.2, "delay_ms": {"share": 0.1, "most": 2000},
            "drop_events": 0.5, "kill": {"function": "Shell", "after_ms": [5, 400], "times": 200}
            """;
        const string done = """
            {"messages":0,"duplicates":0,"reordered":0,"delayed":0,"events":0,"events_dropped":0,"kills":0}
            """;
        Assert.Equal("""{"on":false}""", Compact(await _stage.Door.AskAsync("GET")));

        var posted = await _stage.Door.AskAsync("POST", $$"""{{{settings}}}""");

        AssertSame($$"""{"on": true, {{settings}}, "done": {{done}}}""", Compact(posted));
        Assert.Equal(Compact(posted), Compact(await _stage.Door.AskAsync("GET")));
        AssertSame(
            $$"""{"on": false, {{settings}}, "done": {{done}}}""", Compact(await _stage.Door.AskAsync("DELETE")));
    }

    [Fact]
    public async Task A_seed_that_was_not_given_is_told()
    {
        await _stage.Door.SetAsync("""{"duplicates": 0}""");
        var (_, first) = await _stage.Door.AskAsync("GET");
        await _stage.Door.SetAsync("""{"duplicates": 0}""");
        var (_, second) = await _stage.Door.AskAsync("GET");
        Assert.NotEqual(first.GetProperty("seed").GetInt32(), second.GetProperty("seed").GetInt32());
    }

    [Theory]
    [InlineData("", "body", "is not JSON")]
    [InlineData("[]", "body", "must be an object; it is []")]
    [InlineData("null", "body", "must be an object; it is null")]
    [InlineData("""{"seeds": 1}""", "seeds", "is not known here; there are seed, queues, duplicates")]
    [InlineData("""{"seed": 1, "seed": 2}""", "seed", "is given more than once")]
    [InlineData("""{"seed": -1}""", "seed", "from 0 to 2147483647; it is -1")]
    [InlineData("""{"seed": 1.5}""", "seed", "must be a whole number")]
    [InlineData("""{"seed": "1"}""", "seed", "it is \"1\"")]
    [InlineData("""{"queues": []}""", "queues", "must be a list of logical ids of queues (D, Q); it is []")]
    [InlineData("""{"queues": ["Q", "R"]}""", "queues", "it is [\"Q\", \"R\"]")]
    [InlineData("""{"queues": [1]}""", "queues", "it is [1]")]
    [InlineData("""{"queues": "Q"}""", "queues", "it is \"Q\"")]
    [InlineData("""{"duplicates": 1.01}""", "duplicates", "a number from 0 to 1; it is 1.01")]
    [InlineData("""{"reorder": -0.1}""", "reorder", "a number from 0 to 1; it is -0.1")]
    [InlineData("""{"drop_events": true}""", "drop_events", "a number from 0 to 1; it is true")]
    [InlineData("""{"drop_events": 1e999}""", "drop_events", "a number from 0 to 1; it is 1e999")]
    [InlineData("""{"delay_ms": 5}""", "delay_ms", "must be an object; it is 5")]
    [InlineData("""{"delay_ms": {"share": 2, "most": 5}}""", "delay_ms.share", "a number from 0 to 1; it is 2")]
    [InlineData("""{"delay_ms": {"share": 1}}""", "delay_ms.most", "is missing")]
    [InlineData("""{"delay_ms": {"share": 1, "most": 0}}""", "delay_ms.most", "from 1 to 900000; it is 0")]
    [InlineData("""{"delay_ms": {"share": 1, "most": 900001}}""", "delay_ms.most", "900000; it is 900001")]
    [InlineData("""{"delay_ms": {"most": 5, "least": 1}}""", "delay_ms.least", "there are share, most")]
    [InlineData("""{"kill": null}""", "kill", "must be an object; it is null")]
    [InlineData("""{"kill": {"after_ms": [0, 1], "times": 1}}""", "kill.function", "it is missing")]
    [InlineData("""{"kill": {"function": "Q", "after_ms": [0, 1], "times": 1}}""", "kill.function", "(Shell); it")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [2, 1], "times": 1}}""", "kill.after_ms", "it is [2, 1]")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [1], "times": 1}}""", "kill.after_ms", "it is [1]")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [-1, 1], "times": 1}}""", "kill.after_ms", "0 to 900000")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [0, 900001], "times": 1}}""", "kill.after_ms", "900001]")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [0, 1], "times": 0}}""", "kill.times", "it is 0")]
    [InlineData("""{"kill": {"function": "Shell", "after_ms": [0, 1]}}""", "kill.times", "is missing")]
    public async Task What_is_wrong_is_named_and_changes_nothing(string json, string field, string says)
    {
        await _stage.Door.SetAsync("""{"seed": 5}""");

        var (status, problem) = await _stage.Door.AskAsync("POST", json);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("urn:photolambda:problem:validation", problem.GetProperty("type").GetString());
        var error = problem.GetProperty("errors").GetProperty(field)[0].GetString();
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(5, (await _stage.Door.AskAsync("GET")).Body.GetProperty("seed").GetInt32());
    }

    [Fact]
    public async Task A_body_too_large_is_refused()
    {
        var (status, problem) = await _stage.Door.AskAsync("POST", new string(' ', 65_537) + "{}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("has more than 65536 bytes", problem.GetProperty("errors").GetProperty("body")[0].GetString());
    }

    [Fact]
    public async Task Other_methods_are_not_allowed() =>
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _stage.Door.AskAsync("PUT", "{}")).Status);

    private static string Compact((HttpStatusCode Status, JsonElement Body) answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonSerializer.Serialize(answer.Body);
    }

    private static void AssertSame(string expected, string actual) => Assert.True(
        JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement),
        actual);
}
