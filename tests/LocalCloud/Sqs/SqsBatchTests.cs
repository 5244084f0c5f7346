namespace PhotoLambda.Tests;

public class SqsBatchTests
{
    private const string Url = "http://sqs/000000000000/q";

    [Fact]
    public async Task One_bad_entry_of_a_batch_does_not_take_the_others_along()
    {
        await using var sqs = await SqsServer.StartAsync();

        var reply = await BatchAsync(sqs, "SendMessageBatch",
            """
            {"Id":"a","MessageBody":"x"},{"Id":"b","MessageBody":"\u0002"},
            {"Id":"c","MessageBody":"y","DelaySeconds":9}
            """);

        Assert.Equal(["a", "c"], Ids(reply, "Successful"));
        Assert.Equal(["b"], Ids(reply, "Failed"));
        var failure = reply.Json.GetProperty("Failed")[0];
        Assert.Equal("InvalidMessageContents", failure.GetProperty("Code").GetString());
        Assert.True(failure.GetProperty("SenderFault").GetBoolean());
        Assert.Equal(new(1, 0, 1), sqs.Queue().Counts());
    }

    [Theory]
    [InlineData("", "EmptyBatchRequest")]
    [InlineData("""{"Id":"a","MessageBody":"x"},{"Id":"a","MessageBody":"y"}""", "BatchEntryIdsNotDistinct")]
    [InlineData("""{"Id":"a b","MessageBody":"x"}""", "InvalidBatchEntryId")]
    [InlineData("""{"Id":"","MessageBody":"x"}""", "InvalidBatchEntryId")]
    [InlineData("""{"MessageBody":"x"}""", "MissingParameter")]
    [InlineData("null", "MissingParameter")]
    public async Task A_batch_that_makes_no_sense_is_refused_whole(string entries, string code)
    {
        await using var sqs = await SqsServer.StartAsync();
        foreach (var operation in new[] { "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch" })
        {
            (await BatchAsync(sqs, operation, entries)).IsRefused(400, code);
        }

        Assert.Equal(0, sqs.Queue().Counts().Visible);
    }

    [Fact]
    public async Task A_batch_without_entries_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync();
        var reply = await sqs.CallAsync("SendMessageBatch", $$"""{"QueueUrl":"{{Url}}"}""");
        reply.IsRefused(400, "EmptyBatchRequest");
        Assert.Equal("AWS.SimpleQueueService.EmptyBatchRequest;Sender", reply.QueryError);
    }

    [Fact]
    public async Task An_entry_with_a_null_attribute_fails_alone()
    {
        await using var sqs = await SqsServer.StartAsync();
        var reply = await BatchAsync(sqs, "SendMessageBatch",
            """{"Id":"a","MessageBody":"x","MessageAttributes":{"n":null}},{"Id":"b","MessageBody":"x"}""");
        Assert.Equal(["a"], Ids(reply, "Failed"));
        Assert.Equal(["b"], Ids(reply, "Successful"));
    }

    [Fact]
    public async Task Ten_entries_pass_and_an_eleventh_does_not()
    {
        await using var sqs = await SqsServer.StartAsync();
        static string Entries(int count) =>
            string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"Id":"{{i}}","MessageBody":"x"}"""));

        Assert.Equal(10, Ids(await BatchAsync(sqs, "SendMessageBatch", Entries(10)), "Successful").Length);
        (await BatchAsync(sqs, "SendMessageBatch", Entries(11))).IsRefused(400, "TooManyEntriesInBatchRequest");
    }

    [Fact]
    public async Task A_batch_has_one_mebibyte_in_all()
    {
        await using var sqs = await SqsServer.StartAsync();
        var half = new string('x', 512 * 1024);

        var fits = await BatchAsync(sqs, "SendMessageBatch",
            $$"""{"Id":"a","MessageBody":"{{half}}"},{"Id":"b","MessageBody":"{{half}}"}""");
        var tooLong = await BatchAsync(sqs, "SendMessageBatch",
            $$"""{"Id":"a","MessageBody":"{{half}}"},{"Id":"b","MessageBody":"{{half}}x"}""");

        Assert.Equal(["a", "b"], Ids(fits, "Successful"));
        tooLong.IsRefused(400, "BatchRequestTooLong");
    }

    [Fact]
    public async Task Messages_are_deleted_and_shown_again_in_batches()
    {
        await using var sqs = await SqsServer.StartAsync();
        sqs.Queue().Send("a");
        sqs.Queue().Send("b");
        var taken = await sqs.Queue().ReceiveAsync(
            2, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);

        var shown = await BatchAsync(sqs, "ChangeMessageVisibilityBatch", $$"""
            {"Id":"a","ReceiptHandle":"{{taken[0].ReceiptHandle}}","VisibilityTimeout":0},
            {"Id":"b","ReceiptHandle":"junk","VisibilityTimeout":0},
            {"Id":"c","ReceiptHandle":"{{taken[1].ReceiptHandle}}"}
            """);
        var deleted = await BatchAsync(sqs, "DeleteMessageBatch",
            $$"""
            {"Id":"a","ReceiptHandle":"{{taken[0].ReceiptHandle}}"},{"Id":"b","ReceiptHandle":"junk"},{"Id":"c"}
            """);

        Assert.Equal(["a"], Ids(shown, "Successful"));
        Assert.Equal(["b", "c"], Ids(shown, "Failed"));
        Assert.Equal(["a"], Ids(deleted, "Successful"));
        Assert.Equal(["b", "c"], Ids(deleted, "Failed"));
        Assert.Equal("ReceiptHandleIsInvalid", deleted.Json.GetProperty("Failed")[0].GetProperty("Code").GetString());
        Assert.Equal(new(0, 1, 0), sqs.Queue().Counts());
    }

    private static Task<SqsReply> BatchAsync(SqsServer sqs, string operation, string entries) =>
        sqs.CallAsync(operation, $$"""{"QueueUrl":"{{Url}}","Entries":[{{entries}}]}""");

    private static string[] Ids(SqsReply reply, string list) =>
        [.. reply.Json.GetProperty(list).EnumerateArray().Select(e => e.GetProperty("Id").GetString()!)];
}
