using System.Globalization;
using System.Net;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>
/// What chaos does to messages, through the doors of the cloud that all tests share: so it concerns only queues of
/// these tests' own, which run one after the other.
/// </summary>
public sealed class ChaosQueueTests(CloudFixture cloud) : IAsyncLifetime
{
    private readonly ChaosDoor _door = new(cloud.Cloud.Api, cloud.Cloud.Cloud);
    private readonly string _name = $"chaos-{Guid.NewGuid():N}";
    private QueueClient _queue = null!;

    public async ValueTask InitializeAsync() => _queue = await _door.NewQueueAsync(_name);

    public async ValueTask DisposeAsync()
    {
        await _door.AskAsync("DELETE");
        _door.Dispose();
    }

    [Fact]
    public async Task A_duplicate_comes_twice_whatever_becomes_of_the_first()
    {
        await SetAsync("\"duplicates\": 1");
        await ChaosDoor.SendAsync(_queue, 20);

        var received = await _door.DrainAsync(_name);

        Assert.Equal(20, received.CountBy(m => m.MessageId).Count(m => m.Value == 2));
        Assert.Equal(40, received.DistinctBy(m => m.ReceiptHandle).Count());
        Assert.Equal((20, 20), (await _door.DoneAsync("messages"), await _door.DoneAsync("duplicates")));
    }

    [Fact]
    public async Task A_duplicate_may_come_while_the_first_is_being_handled()
    {
        await SetAsync("\"duplicates\": 1");
        await ChaosDoor.SendAsync(_queue, 20);
        var received = new List<ReceivedMessage>();
        while (await _queue.ReceiveAsync(
            waitSeconds: 2, cancellationToken: TestContext.Current.CancellationToken) is { Count: > 0 } messages)
        {
            received.AddRange(messages);
        }

        // Nothing was deleted, and the queue hides what it has delivered for 30 seconds.
        Assert.Equal(20, received.CountBy(m => m.MessageId).Count(m => m.Value == 2));
    }

    [Fact]
    public async Task A_reordered_message_is_overtaken()
    {
        await SetAsync("\"reorder\": 0.3");
        await ChaosDoor.SendAsync(_queue, 100);

        var received = await _door.DrainAsync(_name);

        var numbers = received.ConvertAll(m => int.Parse(m.Body, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 100), numbers.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), numbers);
        Assert.InRange(await _door.DoneAsync("reordered"), 10, 55);
    }

    [Fact]
    public async Task A_delayed_message_stays_hidden()
    {
        await SetAsync("\"delay_ms\": {\"share\": 0.5, \"most\": 900000}");
        await ChaosDoor.SendAsync(_queue, 100);

        var received = new List<ReceivedMessage>();
        while (await _queue.ReceiveAsync(
            waitSeconds: 0, cancellationToken: TestContext.Current.CancellationToken) is { Count: > 0 } messages)
        {
            received.AddRange(messages);
        }

        var delayed = await _door.DoneAsync("delayed");
        Assert.InRange(delayed, 30, 70);
        Assert.InRange(received.Count, 100 - delayed, 100 - delayed + 5);
    }

    [Fact]
    public async Task The_same_seed_does_the_same_and_another_does_not()
    {
        var outcomes = new List<string>();
        foreach (var seed in new[] { 1, 1, 2 })
        {
            await SetAsync($"\"seed\": {seed}, \"duplicates\": 0.3, \"reorder\": 0.1");
            await ChaosDoor.SendAsync(_queue, 40);
            var received = await _door.DrainAsync(_name);
            var twice = received.CountBy(m => m.Body).Where(m => m.Value == 2).Select(m => m.Key);
            var reordered = await _door.DoneAsync("reordered");
            outcomes.Add($"{string.Join(' ', twice.Order(StringComparer.Ordinal))}; {reordered}");
        }

        Assert.Equal(outcomes[0], outcomes[1]);
        Assert.NotEqual(outcomes[0], outcomes[2]);
    }

    [Theory]
    [InlineData("DELETE", null)]
    [InlineData("POST", "{}")]
    public async Task Off_is_off_also_for_messages_that_were_to_come_twice(string method, string? body)
    {
        await SetAsync("\"duplicates\": 1, \"seed\": 7");
        await ChaosDoor.SendAsync(_queue, 10);
        var (status, answer) = await _door.AskAsync(method, body);
        await ChaosDoor.SendAsync(_queue, 10);

        var received = await _door.DrainAsync(_name);

        Assert.Equal((HttpStatusCode.OK, false), (status, answer.GetProperty("on").GetBoolean()));
        Assert.Equal(20, received.Count);
        Assert.Equal(20, received.DistinctBy(m => m.MessageId).Count());
        // What was done can still be read.
        Assert.Equal((10, 0), (await _door.DoneAsync("messages"), await _door.DoneAsync("duplicates")));
    }

    [Fact]
    public async Task Other_queues_are_left_alone()
    {
        await SetAsync("\"duplicates\": 1");
        var other = await _door.NewQueueAsync(_name + "-other");
        await ChaosDoor.SendAsync(other, 10);

        Assert.Equal(10, (await _door.DrainAsync(_name + "-other")).Count);
        Assert.Equal(0, await _door.DoneAsync("messages"));
    }

    [Fact]
    public async Task A_function_that_somebody_else_started_is_not_killed()
    {
        const string kill = """{"kill": {"function": "SweepFunction", "after_ms": [0, 1], "times": 1}}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await _door.AskAsync("POST", kill)).Status);
    }

    private Task SetAsync(string settings) => _door.SetAsync($$"""{"queues": ["{{_name}}"], {{settings}}}""");
}
