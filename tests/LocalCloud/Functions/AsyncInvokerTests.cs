using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Tests;

public class AsyncInvokerTests
{
    private readonly Channel<DurableMessage> _messages = Channel.CreateUnbounded<DurableMessage>();
    private readonly List<TimeSpan> _delays = [];
    private readonly List<string> _deleted = [];
    private readonly List<(string Arn, string Payload, IReadOnlyDictionary<string, string> Why)> _dead = [];
    private int _runs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_keeps_failing_is_tried_three_times_then_goes_to_the_dead_letter_queue()
    {
        await RunAsync(2, "arn:dead", failures: int.MaxValue);

        var (arn, payload, why) = Assert.Single(_dead);
        Assert.Equal(("arn:dead", """{"a":1}"""), (arn, payload));
        Assert.Equal(("200", "Bad: no"), (why["ErrorCode"], why["ErrorMessage"]));
        Assert.Matches("^[0-9a-f-]{36}$", why["RequestID"]);
        Assert.Equal(3, _runs);
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)], _delays);
    }

    [Fact]
    public async Task A_record_of_an_event_that_failed_goes_to_the_destination()
    {
        await RunAsync(1, null, failures: int.MaxValue, destination: "arn:failed");

        var (arn, text, why) = Assert.Single(_dead);
        var record = JsonDocument.Parse(text).RootElement;
        var context = record.GetProperty("requestContext");
        Assert.Equal(("arn:failed", 0), (arn, why.Count));
        Assert.Equal("1.0", record.GetProperty("version").GetString());
        Assert.True(record.GetProperty("timestamp").TryGetDateTimeOffset(out _));
        Assert.EndsWith(":$LATEST", context.GetProperty("functionArn").GetString(), StringComparison.Ordinal);
        Assert.Equal("RetriesExhausted", context.GetProperty("condition").GetString());
        Assert.Equal(2, context.GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal(1, record.GetProperty("requestPayload").GetProperty("a").GetInt32());
        Assert.Equal("Unhandled", record.GetProperty("responseContext").GetProperty("functionError").GetString());
        Assert.Equal("Bad", record.GetProperty("responsePayload").GetProperty("errorType").GetString());
    }

    [Theory]
    [InlineData(0, int.MaxValue, 1)]
    [InlineData(1, int.MaxValue, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 0, 1)]
    public async Task An_event_is_tried_as_often_as_its_function_says(int retries, int failures, int runs)
    {
        await RunAsync(retries, null, failures);
        Assert.Equal(runs, _runs);
        Assert.Equal(runs, _deleted.Count);
    }

    [Fact]
    public async Task An_event_over_a_megabyte_is_refused()
    {
        var invoker = Invoker(2, null, 0);
        Assert.False(await invoker.EnqueueAsync(new byte[PayloadLimits.Asynchronous + 1], Token));
        Assert.Empty(_delays);
    }

    private async Task RunAsync(int retries, string? deadLetterQueue, int failures, string? destination = null)
    {
        var invoker = Invoker(retries, deadLetterQueue, failures, destination);
        Assert.True(await invoker.EnqueueAsync("""{"a":1}"""u8.ToArray(), Token));
        // The queue ends the run once every message in it has been deleted.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invoker.RunAsync(Token));
    }

    private AsyncInvoker Invoker(int retries, string? deadLetterQueue, int failures, string? destination = null)
    {
        var resource = AttachedFunction.Resource with
        {
            MaximumRetryAttempts = retries,
            DeadLetterQueueArn = deadLetterQueue,
            OnFailureQueueArn = destination,
        };
        var queue = new DurableQueue(
            (body, delay, _) =>
            {
                _delays.Add(delay);
                return _messages.Writer.WriteAsync(new DurableMessage($"{_delays.Count}", body), Token).AsTask();
            },
            async cancellation => await _messages.Reader.WaitToReadAsync(cancellation)
                ? await _messages.Reader.ReadAsync(cancellation)
                : throw new OperationCanceledException("There is no message any more."),
            (message, _) =>
            {
                _deleted.Add(message.Handle);
                if (_deleted.Count == _delays.Count)
                {
                    _messages.Writer.Complete();
                }

                return Task.CompletedTask;
            });
        return new AsyncInvoker(
            resource,
            (_, _) => Task.FromResult(_runs++ < failures
                ? Failures.Of("Bad", "no")
                : new InvocationResult(true, "1"u8.ToArray(), null)),
            queue,
            (arn, payload, why, _) =>
            {
                _dead.Add((arn, Encoding.UTF8.GetString(payload), why));
                return Task.CompletedTask;
            });
    }
}
