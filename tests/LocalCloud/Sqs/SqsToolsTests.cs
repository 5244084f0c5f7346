using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The tools a developer has at hand, as they are.</summary>
public class SqsToolsTests
{
    [Fact]
    public async Task The_aws_command_line_sends_receives_and_deletes()
    {
        await using var sqs = await SqsServer.StartAsync();
        var url = sqs.Queue().Url;

        var listed = await AwsAsync(sqs, "list-queues");
        await AwsAsync(sqs, "send-message", "--queue-url", url, "--message-body", "hällo & <x>",
            "--message-attributes", """{"a":{"DataType":"String","StringValue":"grün"}}""");
        var received = await AwsAsync(sqs, "receive-message", "--queue-url", url,
            "--attribute-names", "All", "--message-attribute-names", "All", "--wait-time-seconds", "1");

        Assert.Equal(url, listed.GetProperty("QueueUrls")[0].GetString());
        var message = received.GetProperty("Messages")[0];
        Assert.Equal("hällo & <x>", message.GetProperty("Body").GetString());
        var attribute = message.GetProperty("MessageAttributes").GetProperty("a");
        Assert.Equal("grün", attribute.GetProperty("StringValue").GetString());
        await AwsAsync(sqs, "delete-message", "--queue-url", url,
            "--receipt-handle", message.GetProperty("ReceiptHandle").GetString()!);
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
    }

    [Fact]
    public async Task Boto3_works_with_its_default_settings()
    {
        await using var sqs = await SqsServer.StartAsync();
        const string script = """
            import boto3, botocore, sys
            sqs = boto3.client('sqs', endpoint_url=sys.argv[1])
            dead = sqs.create_queue(QueueName='boto-dead')['QueueUrl']
            arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
            policy = '{"deadLetterTargetArn":"%s","maxReceiveCount":"1"}' % arn
            url = sqs.create_queue(QueueName='boto', Attributes={
                'VisibilityTimeout': '0', 'RedrivePolicy': policy})['QueueUrl']
            binary = {'DataType': 'Binary', 'BinaryValue': b'\0\xff'}
            sent = sqs.send_message_batch(QueueUrl=url, Entries=[
                {'Id': 'a', 'MessageBody': 'x' * 1000, 'MessageAttributes': {'b': binary}},
                {'Id': 'b', 'MessageBody': 'bad \x01'}])
            assert [s['Id'] for s in sent['Successful']] == ['a'], sent
            assert sent['Failed'][0]['Code'] == 'InvalidMessageContents', sent
            got = sqs.receive_message(
                QueueUrl=url, MessageAttributeNames=['All'], AttributeNames=['All'])['Messages'][0]
            assert got['MessageAttributes']['b']['BinaryValue'] == b'\0\xff', got
            assert got['Attributes']['ApproximateReceiveCount'] == '1', got
            assert 'Messages' not in sqs.receive_message(QueueUrl=url)
            buried = sqs.receive_message(
                QueueUrl=dead, AttributeNames=['All'], WaitTimeSeconds=5)['Messages'][0]
            assert buried['Attributes']['DeadLetterQueueSourceArn'].endswith(':boto'), buried
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=buried['ReceiptHandle'])
            for call, error in (
                (lambda: sqs.get_queue_url(QueueName='none'), sqs.exceptions.QueueDoesNotExist),
                (lambda: sqs.delete_message(QueueUrl=url, ReceiptHandle='junk'), sqs.exceptions.ReceiptHandleIsInvalid),
                (lambda: sqs.send_message_batch(QueueUrl=url, Entries=[]), sqs.exceptions.EmptyBatchRequest)):
                try:
                    call()
                    raise AssertionError(error)
                except error as e:
                    print(e.response['Error']['Code'])
            sqs.purge_queue(QueueUrl=dead)
            sqs.delete_queue(QueueUrl=url)
            """;

        var printed = await AwsTools.Boto3Async(sqs.Url.AbsoluteUri, script);

        Assert.Contains("AWS.SimpleQueueService.NonExistentQueue", printed, StringComparison.Ordinal);
        Assert.Contains("AWS.SimpleQueueService.EmptyBatchRequest", printed, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> AwsAsync(SqsServer sqs, params string[] arguments)
    {
        var printed = await AwsTools.AwsAsync(sqs.Url.AbsoluteUri, ["sqs", .. arguments]);
        return printed.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(printed);
    }
}
