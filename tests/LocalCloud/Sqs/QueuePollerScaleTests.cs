using System.Diagnostics;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>Batches of the size that a bulk function asks for.</summary>
public sealed class QueuePollerScaleTests
{
    private const int Payload = 6 * 1024 * 1024;

    private readonly SteppedTime _time = new();

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"unknown"}]}""", 10_000)]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""", 10_000)]
    [InlineData("""{"batchItemFailures":[]}""", 0)]
    public async Task An_invalid_answer_fails_all_ten_thousand_messages(string answer, int left)
    {
        await using var polled = new PolledQueue(_time, batchSize: 10_000, window: 300);
        var batch = await FullBatchAsync(polled);

        batch.Succeed(answer);
        await polled.StopAsync();

        Assert.Equal(new(0, left, 0), polled.Queue.Counts());
    }

    [Fact]
    public async Task Of_ten_thousand_messages_those_named_come_back()
    {
        await using var polled = new PolledQueue(_time, batchSize: 10_000, window: 300);
        var batch = await FullBatchAsync(polled);
        var failed = batch.Ids.Where((_, i) => i % 3 == 0).ToArray();

        batch.Succeed($$"""
            {"batchItemFailures":[{{string.Join(',', failed.Select(i => $"{{\"itemIdentifier\":\"{i}\"}}"))}}]}
            """);
        Assert.Equal("MessagesFailed", await polled.Log.NextAsync());
        await polled.StopAsync();

        Assert.Equal(new(0, failed.Length, 0), polled.Queue.Counts());
        _time.Advance(TimeSpan.FromSeconds(30));
        var again = await polled.Queue.ReceiveAsync(
            10_000, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(failed.Order(), again.Select(d => d.Message.Id).Order());
    }

    [Fact]
    public async Task Messages_of_a_mebibyte_go_five_to_a_batch()
    {
        await using var polled = new PolledQueue(_time, batchSize: 10_000, window: 300);
        for (var i = 0; i < 6; i++)
        {
            polled.Queue.Send(new string((char)('a' + i), 1_048_576));
        }

        polled.Start();
        var batch = await polled.NextAsync();

        Assert.Equal(5, batch.Bodies.Length);
        Assert.InRange(batch.Payload.Length, 5 * 1_048_576, Payload);
    }

    [Fact]
    public async Task A_failing_function_that_reports_failures_is_not_slowed_down()
    {
        await using var polled = new PolledQueue(_time, batchSize: 1, concurrency: 2);
        for (var i = 0; i < 30; i++)
        {
            polled.Queue.Send("x");
        }

        polled.Start();
        for (var i = 0; i < 30; i++)
        {
            (await polled.NextAsync()).Fail();
        }

        await polled.StopAsync();
        Assert.Equal(new(0, 30, 0), polled.Queue.Counts());
    }

    [Fact]
    public async Task A_function_that_fails_as_a_whole_or_is_throttled_is_slowed_down()
    {
        foreach (var (partial, error) in new[] { (false, "Unhandled"), (true, "TooManyRequestsException") })
        {
            await using var polled = new PolledQueue(_time, batchSize: 1, concurrency: 2, partial: partial);
            polled.Queue.Send("x");
            polled.Start();
            var batch = await polled.NextAsync();
            batch.Result.SetResult(new(false, "{}"u8.ToArray(), error));
            Assert.Equal("BatchFailed", await polled.Log.NextAsync());

            // One slot waits for messages already, the next pauses when it has got one.
            polled.Queue.Send("y");
            await polled.NextAsync();
            await _time.WaitedForAsync(TimeSpan.FromSeconds(0.1));
        }
    }

    [Fact]
    public async Task Twenty_thousand_messages_go_through_fast_and_leave_nothing()
    {
        const int count = 20_000;
        await using var sqs = await SqsServer.StartAsync();
        var sending = Stopwatch.StartNew();
        var outcomes = await sqs.Client(options: new QueueClientOptions { Parallelism = 8 }).SendBatchAsync(
            [.. Enumerable.Range(0, count).Select(i => new OutgoingMessage($"{i} {new string('x', 600)}"))],
            cancellationToken: TestContext.Current.CancellationToken);
        sending.Stop();
        Assert.All(outcomes, o => Assert.True(o.Confirmed, o.Failure));

        var seen = new HashSet<string>();
        var done = new TaskCompletionSource();
        var mapping = new QueueMapping(sqs.Queue().Arn, 10_000, 1, true, 2, Enabled: true);
        using var stop = new CancellationTokenSource();
        var poller = new QueuePoller(sqs.Queue(), mapping, (payload, _) =>
        {
            lock (seen)
            {
                Assert.InRange(payload.Length, 0, Payload);
                Assert.All(new PolledBatch(payload, default).Ids, id => Assert.True(seen.Add(id)));
                if (seen.Count == count)
                {
                    done.TrySetResult();
                }
            }

            return Task.FromResult(new Local.Functions.InvocationResult(true, "{}"u8.ToArray(), null));
        }, TimeProvider.System, new LogNames());
        var delivering = Stopwatch.StartNew();
        var running = poller.RunAsync(stop.Token);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"sent {count / sending.Elapsed.TotalSeconds:0}/s, "
            + $"delivered {count / delivering.Elapsed.TotalSeconds:0}/s");
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
        Assert.InRange(sqs.JournalLength(), 0, 1_000_000);
    }

    private static async Task<PolledBatch> FullBatchAsync(PolledQueue polled)
    {
        for (var i = 0; i < 10_000; i++)
        {
            polled.Queue.Send($"message {i}");
        }

        polled.Start();
        var batch = await polled.NextAsync();
        Assert.Equal(10_000, batch.Ids.Length);
        return batch;
    }
}
