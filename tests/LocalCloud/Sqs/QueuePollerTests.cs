using System.Text;
using System.Text.Json;
using PhotoLambda.Local;
using PhotoLambda.Local.Sqs;

namespace PhotoLambda.Tests;

public sealed class QueuePollerTests : IAsyncDisposable
{
    private readonly SteppedTime _time = new();
    private PolledQueue _polled = null!;

    public ValueTask DisposeAsync() => _polled.DisposeAsync();

    [Fact]
    public async Task A_function_gets_the_event_that_lambda_would_give_it()
    {
        _polled = new PolledQueue(_time);
        var sent = _polled.Queue.Send("hällo \"🖼\"", new Dictionary<string, PhotoLambda.Sqs.AttributeValue>
        {
            ["a"] = new("String.label", "grün"),
            ["b"] = new("Binary", null, [0, 255]),
        }, traceHeader: "Root=1");

        _polled.Start();
        var invocation = await _polled.NextAsync();

        var record = Assert.Single(invocation.Event.GetProperty("Records").EnumerateArray());
        string? Text(string name) => record.GetProperty(name).GetString();
        Assert.Equal((sent.Id, "hällo \"🖼\"", sent.BodyDigest, MessageDigest.OfAttributes(sent.Attributes)),
            (Text("messageId"), Text("body"), Text("md5OfBody"), Text("md5OfMessageAttributes")));
        Assert.Equal(("aws:sqs", CloudIdentity.QueueArn("q"), "us-east-1"),
            (Text("eventSource"), Text("eventSourceARN"), Text("awsRegion")));
        var milliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds();
        AssertJson($$"""
            {"ApproximateReceiveCount":"1","SentTimestamp":"{{milliseconds}}","SenderId":"000000000000",
             "ApproximateFirstReceiveTimestamp":"{{milliseconds}}","AWSTraceHeader":"Root=1"}
            """, record.GetProperty("attributes"));
        AssertJson("""
            {"a":{"stringValue":"grün","stringListValues":[],"binaryListValues":[],"dataType":"String.label"},
             "b":{"binaryValue":"AP8=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"}}
            """, record.GetProperty("messageAttributes"));
        _polled.Queue.Delete(Text("receiptHandle")!);
        Assert.Equal(0, _polled.Queue.Counts().InFlight);
    }

    [Fact]
    public async Task A_batch_that_succeeds_is_deleted()
    {
        _polled = new PolledQueue(_time, batchSize: 10);
        SendMany(25);

        _polled.Start();
        for (var handled = 0; handled < 25;)
        {
            var invocation = await _polled.NextAsync();
            Assert.InRange(invocation.Bodies.Length, 1, 10);
            handled += invocation.Bodies.Length;
            invocation.Succeed();
        }

        await _polled.StopAsync();
        Assert.Equal(new(0, 0, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task A_window_gathers_what_comes_until_it_ends()
    {
        _polled = new PolledQueue(_time, batchSize: 100, window: 5);
        var end = _time.GetUtcNow().AddSeconds(5);
        _polled.Start();
        for (var second = 0; second < 5; second++)
        {
            var timers = _time.TimersMade;
            SendMany(1);
            await _time.WaitedForAsync(end, after: timers);
            Assert.Empty(_polled.Invocations);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(5, (await _polled.NextAsync()).Bodies.Length);
    }

    [Fact]
    public async Task A_full_batch_does_not_wait_for_its_window()
    {
        _polled = new PolledQueue(_time, batchSize: 10_000, window: 300);
        SendMany(10_001);

        _polled.Start();

        Assert.Equal(10_000, (await _polled.NextAsync()).Bodies.Length);
        Assert.Empty(_polled.Invocations);
    }

    [Fact]
    public async Task A_batch_is_cut_before_six_megabytes_and_does_not_wait_then()
    {
        _polled = new PolledQueue(_time, batchSize: 10_000, window: 300);
        for (var i = 0; i < 40; i++)
        {
            // Quotes double in JSON, and what is beyond the first 65,536 characters of Unicode triples.
            _polled.Queue.Send(i % 2 == 0 ? new string('"', 300_000) : Repeat("🖼", 60_000));
        }

        _polled.Start();
        for (var batch = 0; batch < 3; batch++)
        {
            Assert.InRange((await _polled.NextAsync()).Payload.Length, 5_000_000, 6 * 1024 * 1024);
        }
    }

    [Fact]
    public async Task No_more_batches_run_at_once_than_the_maximum_concurrency()
    {
        _polled = new PolledQueue(_time, batchSize: 1, concurrency: 3);
        SendMany(7);

        _polled.Start();
        var running = new[] { await _polled.NextAsync(), await _polled.NextAsync(), await _polled.NextAsync() };

        Assert.Equal(new(4, 3, 0), _polled.Queue.Counts());
        Assert.Empty(_polled.Invocations);
        running[1].Succeed();
        await _polled.NextAsync();
        Assert.Equal(new(3, 3, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task A_message_sent_while_idle_is_handled_at_once()
    {
        _polled = new PolledQueue(TimeProvider.System);
        _polled.Start();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 200; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            _polled.Queue.Send("x");
            var invocation = await _polled.NextAsync();
            times.Add(TimeProvider.System.GetElapsedTime(start));
            invocation.Succeed();
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"p50 {times[100].TotalMicroseconds:0} µs, p95 {times[190].TotalMicroseconds:0} µs");
        Assert.InRange(times[100], TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Stopping_gives_back_what_no_function_has_handled()
    {
        _polled = new PolledQueue(_time, batchSize: 100, window: 20);
        SendMany(3);
        _polled.Start();
        await _time.WaitedForAsync(TimeSpan.FromSeconds(20));

        await _polled.StopAsync();

        Assert.Empty(_polled.Invocations);
        Assert.Equal(new(3, 0, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task Stopping_cancels_the_invocations_under_way_and_keeps_their_messages()
    {
        _polled = new PolledQueue(_time);
        SendMany(1);
        _polled.Start();
        var invocation = await _polled.NextAsync();

        await _polled.StopAsync();

        Assert.True(invocation.Cancellation.IsCancellationRequested);
        Assert.Equal(new(1, 0, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task Polling_ends_when_the_queue_is_deleted()
    {
        _polled = new PolledQueue(_time);
        _polled.Start();
        _polled.Queues.Delete(_polled.Queue);
        await _polled.Running;
        Assert.Equal("QueueGone", await _polled.Log.NextAsync());
    }

    private void SendMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _polled.Queue.Send($"message {i}");
        }
    }

    private static void AssertJson(string expected, JsonElement actual) => Assert.True(
        JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), actual), actual.GetRawText());

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
