using System.Text.Json;
using System.Threading.Channels;
using PhotoLambda.Local.Schedules;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public sealed class RunningScheduleTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly Channel<(string Function, JsonElement Event)> _invocations =
        Channel.CreateUnbounded<(string, JsonElement)>();

    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_function_gets_the_event_that_EventBridge_would_send()
    {
        var schedule = Start("rate(5 minutes)");

        await AdvanceAsync(TimeSpan.FromMinutes(5));
        var (function, sent) = await NextAsync();

        string? Text(string name) => sent.GetProperty(name).GetString();
        Assert.Equal("Night", function);
        Assert.Equal(("0", "Scheduled Event", "aws.events"), (Text("version"), Text("detail-type"), Text("source")));
        Assert.Equal(("000000000000", "us-east-1"), (Text("account"), Text("region")));
        Assert.Equal("2026-03-04T12:05:00Z", Text("time"));
        Assert.True(Guid.TryParse(Text("id"), out _));
        Assert.Equal("arn:aws:events:us-east-1:000000000000:rule/photolambda-Night-Every",
            Assert.Single(sent.GetProperty("resources").EnumerateArray()).GetString());
        Assert.Empty(sent.GetProperty("detail").EnumerateObject());
        Assert.Equal(_time.GetUtcNow(), schedule.LastFired);
    }

    [Fact]
    public async Task A_rate_comes_again_and_again()
    {
        var schedule = Start("rate(1 hour)");
        for (var hour = 13; hour < 18; hour++)
        {
            await AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal($"2026-03-04T{hour}:00:00Z", (await NextAsync()).Event.GetProperty("time").GetString());
        }

        await _time.WaitedForAsync(TimeSpan.FromHours(1));
        Assert.Equal(_time.GetUtcNow().AddHours(1), schedule.NextDue);
    }

    [Fact]
    public async Task A_cron_comes_days_later()
    {
        Start("cron(30 14 ? * SAT *)");
        for (var hour = 0; hour < (3 * 24) + 2; hour++)
        {
            await AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal(0, _invocations.Reader.Count);
        }

        await AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Equal("2026-03-07T14:30:00Z", (await NextAsync()).Event.GetProperty("time").GetString());
    }

    [Fact]
    public async Task Input_takes_the_place_of_the_event()
    {
        Start("rate(1 minute)", """{"a":1}""");
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("""{"a":1}""", (await NextAsync()).Event.GetRawText());
    }

    [Fact]
    public async Task What_was_missed_is_not_made_up()
    {
        var slow = new TaskCompletionSource();
        var schedule = Start("cron(* * * * ? *)", hold: slow.Task);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await NextAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        slow.SetResult();

        await _time.WaitedForAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _invocations.Reader.Count);
        Assert.Equal(_time.GetUtcNow().AddMinutes(1), schedule.NextDue);
    }

    [Theory]
    [InlineData("rate(1 minute)", false)]
    [InlineData("at(2026-03-04T11:59:00)", true)]
    public async Task A_schedule_that_is_off_or_over_is_fired_by_hand_only(string expression, bool enabled)
    {
        var schedule = Running(expression, null, enabled, Task.CompletedTask);
        await schedule.RunAsync(_stop.Token);
        Assert.Null(schedule.NextDue);
        Assert.Equal(0, _invocations.Reader.Count);

        await schedule.FireAsync(_stop.Token);

        Assert.Equal("2026-03-04T12:00:00Z", (await NextAsync()).Event.GetProperty("time").GetString());
    }

    private RunningSchedule Start(string expression, string? input = null, Task? hold = null)
    {
        var schedule = Running(expression, input, enabled: true, hold ?? Task.CompletedTask);
        _ = schedule.RunAsync(_stop.Token);
        return schedule;
    }

    private RunningSchedule Running(string expression, string? input, bool enabled, Task hold)
    {
        var function = new FunctionResource(
            "Night", "photolambda-Night", "Night", ".", 30, 128, null, new Dictionary<string, string>(), [], [],
            2, null);
        return new RunningSchedule(
            function,
            new Schedule("Every", expression, input, enabled),
            async (id, payload, _) =>
            {
                _invocations.Writer.TryWrite((id, JsonDocument.Parse(payload).RootElement));
                await hold;
            },
            _time);
    }

    // Only once the schedule waits, or the step would be over before it looks at the clock.
    private async Task AdvanceAsync(TimeSpan by)
    {
        await _time.WaitedForAsync(by);
        _time.Advance(by);
    }

    private async Task<(string Function, JsonElement Event)> NextAsync() =>
        await _invocations.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
