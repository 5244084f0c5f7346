using System.Net;
using System.Net.Sockets;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>What the client makes of an SQS that fails.</summary>
public class QueueClientFailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_entries_that_may_succeed_later_are_sent_again()
    {
        await using var sqs = await FailingEndpoint.StartAsync((number, request) =>
            FailingEndpoint.Answer(request, id => number > 1 || id != "1"));

        var outcomes = await SendAsync(sqs.Client(), "a", "b", "c");

        Assert.Equal(["id-0", "id-1", "id-2"], outcomes.Select(o => o.MessageId));
        Assert.Equal(["a", "b", "c"], sqs.Requests[0].Entries!.Select(e => e.MessageBody));
        Assert.Equal(["b"], sqs.Requests[1].Entries!.Select(e => e.MessageBody));
    }

    [Fact]
    public async Task An_entry_refused_for_good_is_not_sent_again()
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, request) =>
            FailingEndpoint.Answer(request, id => id == "0", "InvalidMessageContents", senderFault: true));

        var outcomes = await SendAsync(sqs.Client(), "a", "b");

        Assert.Equal([null, "InvalidMessageContents: sorry"], outcomes.Select(o => o.Failure));
        Assert.Single(sqs.Requests);
    }

    [Fact]
    public async Task An_entry_that_goes_on_failing_is_reported_with_the_reason()
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, request) =>
            FailingEndpoint.Answer(request, id => id == "0"));

        var outcomes = await SendAsync(sqs.Client(), "a", "b");

        Assert.Equal([null, "InternalError: sorry"], outcomes.Select(o => o.Failure));
        Assert.Equal(4, sqs.Requests.Count);
    }

    [Fact]
    public async Task An_entry_the_answer_leaves_out_is_not_confirmed()
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, _) =>
            (200, """{"Successful":[{"Id":"1","MessageId":"m"},{"Id":"9"}]}"""));
        var outcomes = await SendAsync(sqs.Client(), "a", "b");
        Assert.Equal([false, true], outcomes.Select(o => o.Confirmed));
        Assert.NotNull(outcomes[0].Failure);
    }

    [Theory]
    [InlineData(500, """{"__type":"com.amazonaws.sqs#InternalFailure","message":"oops"}""", "InternalFailure: oops")]
    [InlineData(503, "<html>down</html>", "Http503: Service Unavailable")]
    [InlineData(429, "", "Http429: Too Many Requests")]
    [InlineData(400, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow"}""", "RequestThrottled: slow")]
    [InlineData(200, "<html>a captive portal</html>", "MalformedAnswer: ")]
    public async Task A_failing_sqs_is_tried_again_and_then_reported(int status, string body, string reason)
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, _) => (status, body));
        var outcome = Assert.Single(await SendAsync(sqs.Client(), "a"));
        Assert.StartsWith(reason, outcome.Failure, StringComparison.Ordinal);
        Assert.Equal(4, sqs.Requests.Count);
    }

    [Theory]
    [InlineData(
        403, """{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}""",
        "AccessDeniedException: no")]
    [InlineData(400, """{"__type":"AnError"}""", "AnError: no reason given")]
    [InlineData(404, "{}", "Http404: Not Found")]
    public async Task A_refusal_is_not_tried_again(int status, string body, string reason)
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, _) => (status, body));
        var outcome = Assert.Single(await SendAsync(sqs.Client(), "a"));
        Assert.Equal(reason, outcome.Failure);
        Assert.Single(sqs.Requests);
    }

    [Fact]
    public async Task A_short_outage_is_bridged()
    {
        await using var sqs = await FailingEndpoint.StartAsync((number, request) =>
            number < 3 ? (503, "") : FailingEndpoint.Answer(request, _ => true));
        Assert.True(Assert.Single(await SendAsync(sqs.Client(), "a")).Confirmed);
    }

    [Fact]
    public async Task After_one_batch_has_failed_the_others_do_not_spend_the_callers_time()
    {
        await using var sqs = await FailingEndpoint.StartAsync((number, request) =>
            number == 1 ? FailingEndpoint.Answer(request, _ => true) : (500, ""));

        var messages = Enumerable.Range(0, 50).Select(i => new OutgoingMessage($"{i}")).ToList();
        var outcomes = await sqs.Client().SendBatchAsync(messages, cancellationToken: Cancellation);

        Assert.Equal(10, outcomes.Count(o => o.Confirmed));
        Assert.Equal(30, outcomes.Count(o => o.Failure?.StartsWith("not tried", StringComparison.Ordinal) == true));
        Assert.Equal(5, sqs.Requests.Count);
    }

    [Fact]
    public async Task An_sqs_that_does_not_answer_is_given_up_in_time()
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, _) => (FailingEndpoint.Silence, ""));
        var client = sqs.Client(new()
        {
            RequestTimeout = TimeSpan.FromMilliseconds(50),
            Retries = 1,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });

        var outcome = Assert.Single(await SendAsync(client, "a"));

        Assert.NotNull(outcome.Failure);
        Assert.InRange(sqs.Requests.Count, 0, 2);
    }

    [Fact]
    public async Task Nothing_is_waited_for_past_the_deadline()
    {
        await using var silent = await FailingEndpoint.StartAsync((_, _) => (FailingEndpoint.Silence, ""));
        await using var broken = await FailingEndpoint.StartAsync((_, _) => (500, ""));
        var patient = new QueueClientOptions
        {
            RequestTimeout = TimeSpan.FromMinutes(5),
            RetryDelay = TimeSpan.FromMinutes(5),
        };

        foreach (var sqs in new[] { silent, broken })
        {
            var deadline = TimeProvider.System.GetUtcNow().AddMilliseconds(300);
            var outcome = Assert.Single(await sqs.Client(patient).SendBatchAsync([new("a")], deadline, Cancellation));
            Assert.NotNull(outcome.Failure);
            Assert.InRange(TimeProvider.System.GetUtcNow(), deadline.AddSeconds(-1), deadline.AddSeconds(20));
            Assert.Single(sqs.Requests);
        }
    }

    [Fact]
    public async Task A_caller_who_cancels_learns_what_was_confirmed_before()
    {
        using var cancel = new CancellationTokenSource();
        await using var sqs = await FailingEndpoint.StartAsync((number, request) =>
        {
            if (number == 1)
            {
                return FailingEndpoint.Answer(request, _ => true);
            }

            cancel.Cancel();
            return (FailingEndpoint.Silence, "");
        });

        var messages = Enumerable.Range(0, 30).Select(i => new OutgoingMessage($"{i}")).ToList();
        var outcomes = await sqs.Client().SendBatchAsync(messages, cancellationToken: cancel.Token);

        Assert.Equal(10, outcomes.Count(o => o.Confirmed));
        Assert.Equal(2, sqs.Requests.Count);
    }

    [Fact]
    public async Task A_queue_that_is_down_is_an_outcome_of_sending_and_an_error_of_receiving()
    {
        using var http = new HttpClient();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        var client = new QueueClient(
            http, new("us-east-1", SqsServer.Credentials, SqsOverride: endpoint), "https://sqs/1/q",
            new QueueClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

        var outcome = Assert.Single(await SendAsync(client, "a"));

        Assert.Contains("refused", outcome.Failure, StringComparison.OrdinalIgnoreCase);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.ReceiveAsync(cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_long_poll_is_waited_for_longer_than_other_requests()
    {
        await using var sqs = await SqsServer.StartAsync();
        var client = sqs.Client(options: new() { RequestTimeout = TimeSpan.FromMilliseconds(500), Retries = 1 });
        Assert.Empty(await client.ReceiveAsync(waitSeconds: 1, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_session_token_is_sent_and_signed()
    {
        await using var sqs = await FailingEndpoint.StartAsync((_, request) =>
            FailingEndpoint.Answer(request, _ => true));
        await SendAsync(sqs.Client(credentials: new("key", "secret", "token")), "a");
        Assert.Equal("token", sqs.Headers["x-amz-security-token"]);
        Assert.Contains(";x-amz-security-token;x-amz-target,", sqs.Headers["Authorization"], StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<SendOutcome>> SendAsync(QueueClient client, params string[] bodies) =>
        client.SendBatchAsync([.. bodies.Select(b => new OutgoingMessage(b))], cancellationToken: Cancellation);
}
