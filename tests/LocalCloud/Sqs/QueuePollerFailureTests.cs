using PhotoLambda.Local;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>Which messages of a batch come back, and when the function is called again.</summary>
public sealed class QueuePollerFailureTests : IAsyncDisposable
{
    private readonly SteppedTime _time = new();
    private PolledQueue _polled = null!;

    public ValueTask DisposeAsync() => _polled.DisposeAsync();

    [Theory]
    [InlineData("", 3)]
    [InlineData("null", 3)]
    [InlineData("{}", 3)]
    [InlineData("""{"batchItemFailures":null}""", 3)]
    [InlineData("""{"batchItemFailures":[]}""", 3)]
    [InlineData("""{"other":1}""", 3)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"$1"}]}""", 2)]
    [InlineData(
        """{"batchItemFailures":[{"itemIdentifier":"$1"},{"itemIdentifier":"$1"},{"itemIdentifier":"$0"}]}""",
        1)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"$1"},{"itemIdentifier":"unknown"}]}""", 0)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""", 0)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""", 0)]
    [InlineData("""{"batchItemFailures":[{"itemId":"$1"}]}""", 0)]
    [InlineData("""{"batchItemFailures":["$1"]}""", 0)]
    [InlineData("""{"batchItemFailures":"$1"}""", 0)]
    [InlineData("""{"batchItemFailures":[""", 0)]
    [InlineData("done", 0)]
    [InlineData("\"done\"", 0)]
    public async Task A_partial_response_decides_what_is_deleted(string response, int deleted)
    {
        _polled = new PolledQueue(_time);
        var invocation = await FirstBatchAsync();

        invocation.Succeed(response.Replace("$0", invocation.Ids[0], StringComparison.Ordinal)
            .Replace("$1", invocation.Ids[1], StringComparison.Ordinal));
        await _polled.StopAsync();

        Assert.Equal(new(0, 3 - deleted, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task Without_the_setting_a_response_is_not_read()
    {
        _polled = new PolledQueue(_time, partial: false);
        var invocation = await FirstBatchAsync();
        invocation.Succeed($$"""{"batchItemFailures":[{"itemIdentifier":"{{invocation.Ids[0]}}"}]}""");
        await _polled.StopAsync();
        Assert.Equal(new(0, 0, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task After_a_failure_the_batch_comes_back_when_its_visibility_timeout_ends()
    {
        _polled = new PolledQueue(_time);
        var visible = _time.GetUtcNow().AddSeconds(30);
        (await FirstBatchAsync()).Fail();

        await PassPauseAsync(visible);
        Assert.Equal(new(0, 3, 0), _polled.Queue.Counts());
        Assert.Empty(_polled.Invocations);
        _time.Advance(TimeSpan.FromSeconds(30));
        var again = await _polled.NextAsync();

        Assert.Equal(3, again.Ids.Length);
        var attributes = again.Event.GetProperty("Records")[0].GetProperty("attributes");
        Assert.Equal("2", attributes.GetProperty("ApproximateReceiveCount").GetString());
        again.Succeed();
        await _polled.StopAsync();
        Assert.Equal(new(0, 0, 0), _polled.Queue.Counts());
    }

    [Fact]
    public async Task A_message_that_always_fails_ends_in_the_dead_letter_queue()
    {
        var policy = new RedrivePolicy(CloudIdentity.QueueArn("dead"), 2);
        _polled = new PolledQueue(_time, queue: new QueueResource("Q", "q", RedrivePolicy: policy));
        (await FirstBatchAsync()).Fail();
        await PassPauseAsync(_time.GetUtcNow().AddSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));
        (await _polled.NextAsync()).Fail();
        var dead = _polled.Queues.Find("dead")!.ReceiveAsync(
            1, TimeSpan.FromMinutes(10), cancellationToken: TestContext.Current.CancellationToken);
        await PassPauseAsync(_time.GetUtcNow().AddSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(CloudIdentity.QueueArn("q"), Assert.Single(await dead).Message.DeadLetterSourceArn);
    }

    [Fact]
    public async Task A_function_that_cannot_start_loses_nothing_and_is_not_called_without_end()
    {
        var queue = new QueueResource("Q", "q", VisibilityTimeout: 0);
        _polled = new PolledQueue(_time, batchSize: 1, concurrency: 2, queue: queue)
        {
            StartFailure = new InvalidOperationException("no such program"),
        };
        _polled.Queue.Send("x");

        _polled.Start();
        for (var (pause, started) = (0.1, 1); started <= 8; (pause, started) = (Math.Min(10, pause * 2), started + 1))
        {
            await _time.WaitedForAsync(TimeSpan.FromSeconds(pause));
            Assert.Equal(started, _polled.Started);
            _polled.StartFailure = started == 8 ? null : _polled.StartFailure;
            _time.Advance(TimeSpan.FromSeconds(pause));
        }

        Assert.Equal(["x"], (await _polled.NextAsync()).Bodies);
    }

    [Fact]
    public async Task A_cancellation_of_the_function_itself_is_a_failure_like_others()
    {
        _polled = new PolledQueue(_time) { StartFailure = new TaskCanceledException("timed out") };
        _polled.Queue.Send("x");
        _polled.Start();
        Assert.Equal("BatchFailed", await _polled.Log.NextAsync());
        Assert.Equal(new(0, 1, 0), _polled.Queue.Counts());
    }

    private async Task<PolledBatch> FirstBatchAsync()
    {
        foreach (var body in new[] { "a", "b", "c" })
        {
            _polled.Queue.Send(body);
        }

        _polled.Start();
        return await _polled.NextAsync();
    }

    /// <summary>Lets the poller end its pause after a failure, and wait for what is visible then.</summary>
    private async Task PassPauseAsync(DateTimeOffset visible)
    {
        Assert.Equal("BatchFailed", await _polled.Log.NextAsync());
        var waiting = _time.WaitedForAsync(visible);
        while (await Task.WhenAny(waiting, _time.WaitedForAsync(TimeSpan.FromSeconds(0.1))) != waiting)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
    }
}
