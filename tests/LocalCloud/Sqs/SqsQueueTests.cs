using PhotoLambda.Local;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class SqsQueueTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task A_queue_can_be_made_found_listed_and_deleted()
    {
        await using var sqs = await SqsServer.StartAsync();
        var url = $"{sqs.Url.GetLeftPart(UriPartial.Authority)}/000000000000/made";

        var made = await sqs.CallAsync("CreateQueue", """{"QueueName":"made","Attributes":{"DelaySeconds":"3"}}""");
        var found = await sqs.CallAsync("GetQueueUrl", """{"QueueName":"made"}""");

        Assert.Equal(url, made.Json.GetProperty("QueueUrl").GetString());
        Assert.Equal(url, found.Json.GetProperty("QueueUrl").GetString());
        Assert.Equal(["made", "q"], await NamesAsync(sqs, "{}"));
        Assert.Equal(["made"], await NamesAsync(sqs, """{"QueueNamePrefix":"m"}"""));
        Assert.Equal("{}", (await sqs.CallAsync("ListQueues", """{"QueueNamePrefix":"x"}""")).Body);
        Assert.Equal("{}", (await sqs.CallAsync("DeleteQueue", $$"""{"QueueUrl":"{{url}}"}""")).Body);
        var gone = await sqs.CallAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"x"}""");
        gone.IsRefused(400, "QueueDoesNotExist");
        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue;Sender", gone.QueryError);
        (await sqs.CallAsync("GetQueueUrl", """{"QueueName":"made"}""")).IsRefused(400, "QueueDoesNotExist");
    }

    [Fact]
    public async Task Queues_are_listed_in_pages()
    {
        await using var sqs = await SqsServer.StartAsync(null, new("A", "a"), new("B", "b"), new("C", "c"));

        var first = await sqs.CallAsync("ListQueues", """{"MaxResults":2}""");
        var token = first.Json.GetProperty("NextToken").GetString();
        var second = await sqs.CallAsync("ListQueues", $$"""{"MaxResults":2,"NextToken":"{{token}}"}""");

        Assert.Equal(2, first.Json.GetProperty("QueueUrls").GetArrayLength());
        var last = Assert.Single(second.Json.GetProperty("QueueUrls").EnumerateArray());
        Assert.EndsWith("/c", last.GetString(), StringComparison.Ordinal);
        Assert.False(second.Json.TryGetProperty("NextToken", out _));
        (await sqs.CallAsync("ListQueues", """{"MaxResults":0}""")).IsRefused(400, "InvalidParameterValue");
    }

    [Fact]
    public async Task Making_a_queue_twice_is_fine_as_long_as_it_is_the_same()
    {
        await using var sqs = await SqsServer.StartAsync();
        const string create = """{"QueueName":"made","Attributes":{"VisibilityTimeout":"9","Policy":"{}"}}""";
        Assert.Equal(200, (await sqs.CallAsync("CreateQueue", create)).Status);
        Assert.Equal(200, (await sqs.CallAsync("CreateQueue", create)).Status);
        Assert.Equal(200, (await sqs.CallAsync("CreateQueue", """{"QueueName":"made"}""")).Status);
        (await sqs.CallAsync("CreateQueue", create.Replace('9', '8'))).IsRefused(400, "QueueNameExists");
        (await sqs.CallAsync("CreateQueue", create.Replace("{}", "[]", StringComparison.Ordinal)))
            .IsRefused(400, "QueueNameExists");
    }

    [Theory]
    [InlineData("""{"QueueName":"a b"}""", "InvalidParameterValue")]
    [InlineData("""{"QueueName":"../x"}""", "InvalidParameterValue")]
    [InlineData("""{"QueueName":""}""", "InvalidParameterValue")]
    [InlineData("{}", "MissingParameter")]
    [InlineData("""{"QueueName":"a.fifo"}""", "UnsupportedOperation")]
    [InlineData("""{"QueueName":"a","Attributes":{"FifoQueue":"true"}}""", "InvalidAttributeName")]
    [InlineData("""{"QueueName":"a","Attributes":{"DelaySeconds":"901"}}""", "InvalidAttributeValue")]
    [InlineData("""{"QueueName":"a","Attributes":{"DelaySeconds":"soon"}}""", "InvalidAttributeValue")]
    [InlineData("""{"QueueName":"a","Attributes":{"DelaySeconds":null}}""", "InvalidAttributeValue")]
    [InlineData("""{"QueueName":"a","Attributes":{"MessageRetentionPeriod":"59"}}""", "InvalidAttributeValue")]
    [InlineData("""{"QueueName":"a","Attributes":{"RedrivePolicy":"no"}}""", "InvalidParameterValue")]
    [InlineData("""{"QueueName":"a","Attributes":{"RedrivePolicy":"{}"}}""", "InvalidParameterValue")]
    [InlineData(
        """{"QueueName":"a","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"x\",\"maxReceiveCount\":1}"}}""",
        "InvalidParameterValue")]
    public async Task A_queue_that_sqs_would_not_make_is_refused(string request, string code)
    {
        await using var sqs = await SqsServer.StartAsync();
        (await sqs.CallAsync("CreateQueue", request)).IsRefused(400, code);
        Assert.Equal(["q"], await NamesAsync(sqs, "{}"));
    }

    [Fact]
    public async Task Attributes_can_be_read_and_set()
    {
        await using var sqs = await SqsServer.StartAsync(_time, new("Q", "q"), new("D", "dead"));
        sqs.Queue().Send("x");
        _time.Advance(TimeSpan.FromSeconds(5));

        var policy = $$"""{\"deadLetterTargetArn\":\"{{CloudIdentity.QueueArn("dead")}}\",\"maxReceiveCount\":\"4\"}""";
        var set = await SetAsync(
            sqs, $$""" "RedrivePolicy":"{{policy}}","ReceiveMessageWaitTimeSeconds":"2","Policy":"{}" """);
        var all = await ReadAsync(sqs, "All");

        Assert.Equal("{}", set.Body);
        Assert.Equal(new RedrivePolicy(CloudIdentity.QueueArn("dead"), 4), sqs.Queue().Settings.RedrivePolicy);
        Assert.Equal(
            $$"""{"deadLetterTargetArn":"{{CloudIdentity.QueueArn("dead")}}","maxReceiveCount":4}""",
            all["RedrivePolicy"]);
        Assert.Equal((CloudIdentity.QueueArn("q"), "1", "0", "0", "30", "345600", "2", "1048576", "0", "{}"),
            (all["QueueArn"], all["ApproximateNumberOfMessages"], all["ApproximateNumberOfMessagesNotVisible"],
            all["ApproximateNumberOfMessagesDelayed"], all["VisibilityTimeout"], all["MessageRetentionPeriod"],
            all["ReceiveMessageWaitTimeSeconds"], all["MaximumMessageSize"], all["DelaySeconds"], all["Policy"]));
        Assert.Equal(5, long.Parse(all["LastModifiedTimestamp"]) - long.Parse(all["CreatedTimestamp"]));
        await SetAsync(sqs, """ "RedrivePolicy":"" """);
        Assert.Null(sqs.Queue().Settings.RedrivePolicy);
    }

    [Fact]
    public async Task Only_attributes_asked_for_are_told_and_unknown_ones_refused()
    {
        await using var sqs = await SqsServer.StartAsync();

        Assert.Equal(["QueueArn"], (await ReadAsync(sqs, "QueueArn", "RedrivePolicy")).Keys);
        var unknown = await sqs.CallAsync(
            "GetQueueAttributes", """{"QueueUrl":"http://sqs/000000000000/q","AttributeNames":["Colour"]}""");
        unknown.IsRefused(400, "InvalidAttributeName");
        (await SetAsync(sqs, """ "Colour":"red" """)).IsRefused(400, "InvalidAttributeName");
        (await SetAsync(sqs, """ "QueueArn":"arn" """)).IsRefused(400, "InvalidAttributeName");
    }

    [Fact]
    public async Task A_queue_cannot_be_its_own_dead_letter_queue()
    {
        await using var sqs = await SqsServer.StartAsync();
        var policy = $$"""{\"deadLetterTargetArn\":\"{{CloudIdentity.QueueArn("q")}}\",\"maxReceiveCount\":1}""";
        (await SetAsync(sqs, $""" "RedrivePolicy":"{policy}" """)).IsRefused(400, "InvalidParameterValue");
    }

    [Fact]
    public async Task A_purge_takes_every_message_once_a_minute()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        sqs.Queue().Send("in flight");
        await sqs.Queue().ReceiveAsync(1, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        sqs.Queue().Send("delayed", delaySeconds: 60);
        sqs.Queue().Send("visible");

        Assert.Equal("{}", (await PurgeAsync(sqs)).Body);
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
        (await PurgeAsync(sqs)).IsRefused(403, "PurgeQueueInProgress");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await PurgeAsync(sqs)).Status);
    }

    [Theory]
    [InlineData("""{"QueueUrl":"http://sqs/000000000000/none"}""", "QueueDoesNotExist")]
    [InlineData("""{"QueueUrl":"http://sqs/123456789012/q"}""", "QueueDoesNotExist")]
    [InlineData("""{"QueueUrl":"q"}""", "QueueDoesNotExist")]
    [InlineData("{}", "MissingParameter")]
    [InlineData("null", "MissingParameter")]
    [InlineData("", "SerializationException")]
    [InlineData("[]", "SerializationException")]
    [InlineData("{", "SerializationException")]
    public async Task A_request_that_names_no_queue_is_refused(string request, string code)
    {
        await using var sqs = await SqsServer.StartAsync();
        foreach (var operation in new[] { "ReceiveMessage", "PurgeQueue", "GetQueueAttributes", "DeleteMessageBatch" })
        {
            (await sqs.CallAsync(operation, request)).IsRefused(400, code);
        }
    }

    [Fact]
    public async Task An_operation_the_local_cloud_lacks_is_named()
    {
        await using var sqs = await SqsServer.StartAsync();
        var reply = await sqs.CallAsync("StartMessageMoveTask", "{}");
        reply.IsRefused(400, "UnknownOperationException");
        Assert.Contains("StartMessageMoveTask", reply.Body, StringComparison.Ordinal);
        Assert.Equal("InvalidAction;Sender", reply.QueryError);
    }

    [Fact]
    public async Task Deleting_a_queue_ends_those_who_wait_at_it()
    {
        await using var sqs = await SqsServer.StartAsync();
        var poll = sqs.Queue().ReceiveAsync(
            1, TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);

        await sqs.CallAsync("DeleteQueue", """{"QueueUrl":"http://sqs/000000000000/q"}""");

        Assert.Equal("QueueDoesNotExist", (await Assert.ThrowsAsync<SqsError>(() => poll)).Code);
    }

    private static Task<SqsReply> PurgeAsync(SqsServer sqs) =>
        sqs.CallAsync("PurgeQueue", """{"QueueUrl":"http://sqs/000000000000/q"}""");

    private static Task<SqsReply> SetAsync(SqsServer sqs, string attributes) => sqs.CallAsync(
        "SetQueueAttributes", $$"""{"QueueUrl":"http://sqs/000000000000/q","Attributes":{ {{attributes}} } }""");

    private static async Task<Dictionary<string, string>> ReadAsync(SqsServer sqs, params string[] names)
    {
        var list = string.Join(',', names.Select(n => $"\"{n}\""));
        var reply = await sqs.CallAsync(
            "GetQueueAttributes", $$"""{"QueueUrl":"http://sqs/000000000000/q","AttributeNames":[{{list}},null]}""");
        return reply.Json.GetProperty("Attributes").EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static async Task<string[]> NamesAsync(SqsServer sqs, string request) =>
        [.. (await sqs.CallAsync("ListQueues", request)).Json.GetProperty("QueueUrls").EnumerateArray()
            .Select(u => u.GetString()!.Split('/')[^1])];
}
