using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class SqsLongPollTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task A_long_poll_ends_when_a_message_is_sent()
    {
        await using var sqs = await SqsServer.StartAsync();
        var poll = sqs.Client().ReceiveAsync(cancellationToken: TestContext.Current.CancellationToken);

        await sqs.Client().SendBatchAsync([new("x")], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("x", Assert.Single(await poll).Body);
    }

    [Fact]
    public async Task A_long_poll_that_finds_nothing_ends_empty()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var poll = sqs.CallAsync("ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/q","WaitTimeSeconds":20}""");

        await _time.WaitedForAsync(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(poll.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("{}", (await poll).Body);
    }

    [Fact]
    public async Task A_queue_can_make_every_receive_a_long_poll()
    {
        await using var sqs = await SqsServer.StartAsync(
            _time, new QueueResource("Q", "q", ReceiveMessageWaitTimeSeconds: 7));
        var poll = sqs.CallAsync("ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/q"}""");

        await _time.WaitedForAsync(TimeSpan.FromSeconds(7));
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("{}", (await poll).Body);
    }

    [Fact]
    public async Task A_long_poll_sees_the_message_whose_delay_or_timeout_ends_meanwhile()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var cancellation = TestContext.Current.CancellationToken;
        sqs.Queue().Send("x", delaySeconds: 10);
        for (var count = 1; count <= 2; count++)
        {
            var poll = sqs.Queue().ReceiveAsync(10, TimeSpan.FromSeconds(20), 10, cancellationToken: cancellation);
            Assert.False(poll.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(count, Assert.Single(await poll).ReceiveCount);
        }
    }

    [Fact]
    public async Task A_message_given_back_goes_to_who_waits_for_it()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var cancellation = TestContext.Current.CancellationToken;
        sqs.Queue().Send("x");
        var delivery = Assert.Single(await sqs.Queue().ReceiveAsync(1, TimeSpan.Zero, cancellationToken: cancellation));
        var poll = sqs.Queue().ReceiveAsync(10, TimeSpan.FromSeconds(20), cancellationToken: cancellation);

        sqs.Queue().ChangeVisibility(delivery.ReceiptHandle, 0);

        Assert.Equal(2, Assert.Single(await poll).ReceiveCount);
    }

    [Fact]
    public async Task One_message_goes_to_one_of_many_who_wait()
    {
        await using var sqs = await SqsServer.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var polls = Enumerable.Range(0, 20)
            .Select(_ => sqs.Queue().ReceiveAsync(10, TimeSpan.FromSeconds(20), cancellationToken: stop.Token))
            .ToList();

        sqs.Queue().Send("x");
        var winner = await Task.WhenAny(polls);

        Assert.Single(await winner);
        await stop.CancelAsync();
        foreach (var loser in polls.Where(p => p != winner))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loser);
        }

        Assert.Equal(new(0, 1, 0), sqs.Queue().Counts());
    }

    [Fact]
    public async Task A_client_that_hangs_up_takes_no_message()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        using var hangUp = new CancellationTokenSource();
        using var request = sqs.Signed(
            "ReceiveMessage", """{"QueueUrl":"http://sqs/000000000000/q","WaitTimeSeconds":20}""");
        var poll = sqs.Http.SendAsync(request, hangUp.Token);
        await _time.WaitedForAsync(TimeSpan.FromSeconds(20));

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await _time.NobodyWaitsAsync();
        sqs.Queue().Send("x");

        Assert.Equal(new(1, 0, 0), sqs.Queue().Counts());
    }

    [Theory]
    [InlineData(""" "WaitTimeSeconds":21 """)]
    [InlineData(""" "WaitTimeSeconds":-1 """)]
    [InlineData(""" "MaxNumberOfMessages":0 """)]
    [InlineData(""" "MaxNumberOfMessages":11 """)]
    [InlineData(""" "VisibilityTimeout":-1 """)]
    [InlineData(""" "VisibilityTimeout":43201 """)]
    public async Task A_receive_beyond_the_limits_is_refused(string member)
    {
        await using var sqs = await SqsServer.StartAsync();
        var reply = await sqs.CallAsync("ReceiveMessage", $$"""{"QueueUrl":"http://sqs/000000000000/q",{{member}}}""");
        reply.IsRefused(400, "InvalidParameterValue");
    }
}
