using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PhotoLambda.Tests;

public sealed class ScheduleDoorTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("?name=EveryFiveMinutes")]
    public async Task A_schedule_is_fired_by_hand(string query)
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        var before = await InvocationsAsync(http);

        using var answer = await http.PostAsync($"/_local/schedules/SweepFunction{query}", null, Stop);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await InvocationsAsync(http) == before)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task The_state_tells_of_schedules()
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        using var _ = await http.PostAsync("/_local/schedules/SweepFunction", null, Stop);

        var state = await http.GetFromJsonAsync<JsonElement>("/_local/state", Stop);

        var schedule = Assert.Single(state.GetProperty("schedules").EnumerateArray());
        Assert.Equal("SweepFunction", schedule.GetProperty("function").GetString());
        Assert.Equal("rate(5 minutes)", schedule.GetProperty("expression").GetString());
        Assert.True(schedule.GetProperty("enabled").GetBoolean());
        Assert.InRange(schedule.GetProperty("next_due").GetDateTimeOffset() - DateTimeOffset.UtcNow,
            TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(5));
        Assert.InRange(schedule.GetProperty("last_fired").GetDateTimeOffset() - DateTimeOffset.UtcNow,
            TimeSpan.FromMinutes(-5), TimeSpan.Zero);
    }

    [Theory]
    [InlineData("POST", "UploadUrlFunction", HttpStatusCode.NotFound, "SweepFunction?name=EveryFiveMinutes")]
    [InlineData("POST", "SweepFunction?name=Nightly", HttpStatusCode.NotFound, "SweepFunction?name=EveryFiveMinutes")]
    [InlineData("GET", "SweepFunction", HttpStatusCode.MethodNotAllowed, "POST")]
    public async Task What_cannot_be_fired_is_explained(string method, string path, HttpStatusCode status, string says)
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"/_local/schedules/{path}");
        using var answer = await http.SendAsync(request, Stop);

        Assert.Equal(status, answer.StatusCode);
        var message = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("message").GetString();
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    private static async Task<int> InvocationsAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>("/_local/state", Stop)).GetProperty("functions").EnumerateArray()
            .Single(f => f.GetProperty("logical_id").GetString() == "SweepFunction")
            .GetProperty("invocations").GetInt32();
}
