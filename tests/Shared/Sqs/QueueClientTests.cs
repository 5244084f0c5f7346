using PhotoLambda.Local;
using PhotoLambda.Local.Template;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>The client against the SQS of the local cloud.</summary>
public class QueueClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_sent_received_and_deleted()
    {
        await using var sqs = await SqsServer.StartAsync();
        var client = sqs.Client();

        var outcomes = await client.SendBatchAsync(
            [
                new("hällo", new Dictionary<string, string> { ["correlation_id"] = "c" }),
                new("later", DelaySeconds: 60),
            ],
            cancellationToken: Cancellation);
        var message = Assert.Single(
            await client.ReceiveAsync(waitSeconds: 1, visibilitySeconds: 5, cancellationToken: Cancellation));

        Assert.All(outcomes, o => Assert.True(o.Confirmed));
        Assert.Equal((outcomes[0].MessageId, "hällo", "c"),
            (message.MessageId, message.Body, message.MessageAttributes!["correlation_id"].StringValue));
        Assert.Equal(new(0, 1, 1), sqs.Queue().Counts());
        await client.DeleteAsync(message.ReceiptHandle, Cancellation);
        Assert.Equal(new(0, 0, 1), sqs.Queue().Counts());
    }

    [Fact]
    public async Task Many_messages_are_split_by_ten_and_by_size()
    {
        await using var sqs = await SqsServer.StartAsync();
        OutgoingMessage[] messages =
        [
            .. Enumerable.Range(0, 25).Select(i => new OutgoingMessage($"small {i}")),
            .. Enumerable.Range(0, 4).Select(i => new OutgoingMessage(new string((char)('a' + i), 500_000))),
            new(new string('x', OutgoingMessage.MaximumSize)),
        ];

        var outcomes = await sqs.Client().SendBatchAsync(messages, cancellationToken: Cancellation);

        Assert.All(outcomes, o => Assert.Null(o.Failure));
        var stored = await sqs.Queue().ReceiveAsync(100, TimeSpan.Zero, cancellationToken: Cancellation);
        var bodies = stored.ToDictionary(d => d.Message.Id, d => d.Message.Body);
        Assert.Equal(messages.Select(m => m.Body), outcomes.Select(o => bodies[o.MessageId!]));
    }

    [Fact]
    public async Task Bad_messages_do_not_take_the_good_ones_along()
    {
        await using var sqs = await SqsServer.StartAsync(null, new QueueResource("Q", "q"));
        var outcomes = await sqs.Client().SendBatchAsync(
            [new("good"), new("\u0001"), new(new string('x', OutgoingMessage.MaximumSize + 1)), new("")],
            cancellationToken: Cancellation);

        Assert.Equal([true, false, false, false], outcomes.Select(o => o.Confirmed));
        Assert.StartsWith("InvalidMessageContents", outcomes[1].Failure, StringComparison.Ordinal);
        Assert.StartsWith("1048577 bytes", outcomes[2].Failure, StringComparison.Ordinal);
        Assert.StartsWith("MissingParameter", outcomes[3].Failure, StringComparison.Ordinal);
        Assert.Equal(1, sqs.Queue().Counts().Visible);
    }

    [Fact]
    public async Task Nothing_to_send_is_no_request()
    {
        using var http = new HttpClient();
        var client = new QueueClient(http, new("us-east-1", SqsServer.Credentials), "https://sqs/1/q");
        Assert.Empty(await client.SendBatchAsync([], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_named_by_the_error()
    {
        await using var sqs = await SqsServer.StartAsync();
        var client = sqs.Client();
        sqs.Queues.Delete(sqs.Queue());

        var error = await Assert.ThrowsAsync<SqsException>(() => client.ReceiveAsync(cancellationToken: Cancellation));
        var outcome = Assert.Single(await client.SendBatchAsync([new("x")], cancellationToken: Cancellation));

        Assert.Equal((400, "QueueDoesNotExist", false), (error.Status, error.Code, error.IsTransient));
        Assert.Equal("QueueDoesNotExist: The specified queue does not exist.", outcome.Failure);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync();
        var client = new QueueClient(
            sqs.Http, new("us-east-1", new(CloudIdentity.AccessKeyId, "guess"), SqsOverride: sqs.Url), sqs.Queue().Url);
        var error = await Assert.ThrowsAsync<SqsException>(() => client.DeleteAsync("x", Cancellation));
        Assert.Equal((403, "InvalidSignatureException"), (error.Status, error.Code));
    }
}
