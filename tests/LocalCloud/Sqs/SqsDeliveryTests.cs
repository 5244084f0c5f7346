using PhotoLambda.Local;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>When messages are visible, to whom and how often.</summary>
public class SqsDeliveryTests
{
    private const string Url = "http://sqs/000000000000/q";

    private readonly SteppedTime _time = new();

    [Fact]
    public async Task A_message_not_deleted_in_time_comes_back_with_another_handle()
    {
        await using var sqs = await SqsServer.StartAsync(_time, new QueueResource("Q", "q", VisibilityTimeout: 40));
        sqs.Queue().Send("x");

        var first = Assert.Single(await ReceiveAsync(sqs));
        _time.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Empty(await ReceiveAsync(sqs));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var second = Assert.Single(await ReceiveAsync(sqs));

        Assert.Equal((1, 2), (first.ReceiveCount, second.ReceiveCount));
        Assert.NotEqual(first.ReceiptHandle, second.ReceiptHandle);
        Assert.Equal(first.FirstReceivedAt, second.FirstReceivedAt);
        sqs.Queue().Delete(first.ReceiptHandle);
        Assert.Equal(new(0, 1, 0), sqs.Queue().Counts());
        sqs.Queue().Delete(second.ReceiptHandle);
        sqs.Queue().Delete(second.ReceiptHandle);
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
    }

    [Fact]
    public async Task A_consumer_can_ask_for_more_time_or_give_a_message_back()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        sqs.Queue().Send("x");
        var handle = Assert.Single(await ReceiveAsync(sqs)).ReceiptHandle;

        Assert.Equal(200, (await ChangeAsync(sqs, handle, 100)).Status);
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.Empty(await ReceiveAsync(sqs));
        Assert.Equal(200, (await ChangeAsync(sqs, handle, 0)).Status);
        (await ChangeAsync(sqs, handle, 5)).IsRefused(400, "MessageNotInflight");
        var again = Assert.Single(await ReceiveAsync(sqs)).ReceiptHandle;
        (await ChangeAsync(sqs, handle, 5)).IsRefused(400, "MessageNotInflight");
        (await ChangeAsync(sqs, again, 43_201)).IsRefused(400, "InvalidParameterValue");
        sqs.Queue().Delete(again);
        (await ChangeAsync(sqs, again, 5)).IsRefused(400, "InvalidParameterValue");
        (await ChangeAsync(sqs, "AAAA", 5)).IsRefused(404, "ReceiptHandleIsInvalid");
    }

    [Fact]
    public async Task A_handle_of_another_queue_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync(_time, new("Q", "q"), new("R", "r"));
        sqs.Queue("r").Send("x");
        var handle = Assert.Single(await ReceiveAsync(sqs, "r")).ReceiptHandle;

        var reply = await sqs.CallAsync("DeleteMessage", $$"""{"QueueUrl":"{{Url}}","ReceiptHandle":"{{handle}}"}""");

        reply.IsRefused(404, "ReceiptHandleIsInvalid");
        Assert.Equal(1, sqs.Queue("r").Counts().InFlight);
    }

    [Fact]
    public async Task A_visibility_of_zero_hands_each_message_out_once_per_receive()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        sqs.Queue().Send("x");

        for (var count = 1; count <= 3; count++)
        {
            var delivery = Assert.Single(await sqs.Queue().ReceiveAsync(
                10, TimeSpan.Zero, visibilitySeconds: 0, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(count, delivery.ReceiveCount);
        }
    }

    [Fact]
    public async Task A_delay_hides_a_new_message_whether_of_the_queue_or_its_own()
    {
        await using var sqs = await SqsServer.StartAsync(_time, new QueueResource("Q", "q", DelaySeconds: 5));
        sqs.Queue().Send("queue's");
        sqs.Queue().Send("own", delaySeconds: 9);
        sqs.Queue().Send("none", delaySeconds: 0);

        Assert.Equal(new(1, 0, 2), sqs.Queue().Counts());
        Assert.Equal("none", Assert.Single(await ReceiveAsync(sqs)).Message.Body);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("queue's", Assert.Single(await ReceiveAsync(sqs)).Message.Body);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("own", Assert.Single(await ReceiveAsync(sqs)).Message.Body);
    }

    [Fact]
    public async Task A_message_past_its_retention_is_gone()
    {
        await using var sqs = await SqsServer.StartAsync(
            _time, new QueueResource("Q", "q", MessageRetentionPeriod: 60));
        sqs.Queue().Send("old");
        _time.Advance(TimeSpan.FromSeconds(30));
        sqs.Queue().Send("young");
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("young", Assert.Single(await ReceiveAsync(sqs)).Message.Body);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
    }

    [Fact]
    public async Task A_message_received_too_often_moves_to_the_dead_letter_queue()
    {
        var policy = new RedrivePolicy(CloudIdentity.QueueArn("dead"), 2);
        await using var sqs = await SqsServer.StartAsync(
            _time, new QueueResource("Q", "q", RedrivePolicy: policy), new QueueResource("D", "dead"));
        var sent = sqs.Queue().Send("poison", traceHeader: "Root=1");
        for (var i = 0; i < 2; i++)
        {
            Assert.Single(await ReceiveAsync(sqs));
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(new(1, 0, 0), sqs.Queue().Counts());
        Assert.Empty(await ReceiveAsync(sqs));

        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
        var dead = Assert.Single(await ReceiveAsync(sqs, "dead"));
        Assert.Equal((sent.Id, sent.SentAt, "poison"), (dead.Message.Id, dead.Message.SentAt, dead.Message.Body));
        Assert.Equal(CloudIdentity.QueueArn("q"), dead.SystemAttributes()["DeadLetterQueueSourceArn"]);
        Assert.Equal("Root=1", dead.SystemAttributes()["AWSTraceHeader"]);
    }

    [Fact]
    public async Task Without_its_dead_letter_queue_a_message_goes_on_coming_back()
    {
        var policy = new RedrivePolicy(CloudIdentity.QueueArn("gone"), 1);
        var self = new RedrivePolicy(CloudIdentity.QueueArn("r"), 1);
        await using var sqs = await SqsServer.StartAsync(
            _time, new("Q", "q", RedrivePolicy: policy), new("R", "r", RedrivePolicy: self));
        foreach (var name in new[] { "q", "r" })
        {
            sqs.Queue(name).Send("x");
            for (var i = 0; i < 3; i++)
            {
                Assert.Single(await ReceiveAsync(sqs, name));
                _time.Advance(TimeSpan.FromSeconds(30));
            }
        }
    }

    [Fact]
    public async Task Nothing_more_is_handed_out_when_too_much_is_in_flight()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        for (var i = 0; i <= LocalQueue.InFlightLimit; i++)
        {
            sqs.Queue().Send("x");
        }

        var taken = await sqs.Queue().ReceiveAsync(
            int.MaxValue, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(LocalQueue.InFlightLimit, taken.Count);
        (await sqs.CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{Url}}"}""")).IsRefused(403, "OverLimit");
        sqs.Queue().Delete(taken[0].ReceiptHandle);
        Assert.Single(await ReceiveAsync(sqs));
    }

    private static Task<IReadOnlyList<Delivery>> ReceiveAsync(SqsServer sqs, string queue = "q") =>
        sqs.Queue(queue).ReceiveAsync(10, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);

    private static Task<SqsReply> ChangeAsync(SqsServer sqs, string handle, int seconds) => sqs.CallAsync(
        "ChangeMessageVisibility",
        $$"""{"QueueUrl":"{{Url}}","ReceiptHandle":"{{handle}}","VisibilityTimeout":{{seconds}}}""");
}
