using System.Text;
using System.Xml.Linq;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>What tools older than the JSON protocol say and hear.</summary>
public class SqsQueryProtocolTests
{
    private static readonly XNamespace Sqs = "http://queue.amazonaws.com/doc/2012-11-05/";

    [Fact]
    public async Task A_message_makes_its_way_in_forms_and_xml()
    {
        await using var sqs = await SqsServer.StartAsync();

        var sent = await CallAsync(sqs, "/000000000000/q", ("Action", "SendMessage"), ("Version", "2012-11-05"),
            ("MessageBody", "hällo\r\n\t🖼"), ("DelaySeconds", "0"),
            ("MessageAttribute.1.Name", "a"), ("MessageAttribute.1.Value.DataType", "String.label"),
            ("MessageAttribute.1.Value.StringValue", "grün"),
            ("MessageAttribute.2.Name", "b"), ("MessageAttribute.2.Value.DataType", "Binary"),
            ("MessageAttribute.2.Value.BinaryValue", "AP8="),
            ("MessageAttribute.10.Name", "n"), ("MessageAttribute.10.Value.DataType", "Number"),
            ("MessageAttribute.10.Value.StringValue", "1.5"));
        var received = await CallAsync(sqs, "/000000000000/q", ("Action", "ReceiveMessage"),
            ("AttributeName.1", "All"), ("MessageAttributeName.1", "a"), ("MessageAttributeName.2", "b"),
            ("MessageAttributeName.10", "n"), ("MaxNumberOfMessages", "10"), ("WaitTimeSeconds", "0"));

        var message = received.Xml.Descendants(Sqs + "Message").Single();
        Assert.Equal("hällo\r\n\t🖼", Text(message, "Body"));
        Assert.Equal("de34ca4fd7eaa98848b56194c49e18bf", Text(message, "MD5OfBody"));
        Assert.Equal("4d5106e765ae199c2830b961723cdddf", Text(message, "MD5OfMessageAttributes"));
        Assert.Equal("4d5106e765ae199c2830b961723cdddf", Text(sent.Xml, "MD5OfMessageAttributes"));
        Assert.Equal(Text(sent.Xml, "MessageId"), Text(message, "MessageId"));
        Assert.Equal(["a", "b", "n"], message.Elements(Sqs + "MessageAttribute").Select(a => Text(a, "Name")).Order());
        Assert.Contains("ApproximateReceiveCount", message.Elements(Sqs + "Attribute").Select(a => Text(a, "Name")));
        Assert.Equal(36, Text(received.Xml, "RequestId").Length);

        await CallAsync(sqs, "/", ("Action", "DeleteMessage"), ("QueueUrl", sqs.Queue().Url),
            ("ReceiptHandle", Text(message, "ReceiptHandle")));
        Assert.Equal(new(0, 0, 0), sqs.Queue().Counts());
    }

    [Fact]
    public async Task A_batch_tells_what_succeeded_and_what_failed()
    {
        await using var sqs = await SqsServer.StartAsync();

        var reply = await CallAsync(sqs, "/000000000000/q", ("Action", "SendMessageBatch"),
            ("SendMessageBatchRequestEntry.1.Id", "good"), ("SendMessageBatchRequestEntry.1.MessageBody", "x"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Name", "a"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType", "String"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue", "v"),
            ("SendMessageBatchRequestEntry.2.Id", "bad"), ("SendMessageBatchRequestEntry.2.MessageBody", "\u0001"));

        Assert.Equal("good", Text(reply.Xml.Descendants(Sqs + "SendMessageBatchResultEntry").Single(), "Id"));
        var failure = reply.Xml.Descendants(Sqs + "BatchResultErrorEntry").Single();
        Assert.Equal(("bad", "InvalidMessageContents", "true"),
            (Text(failure, "Id"), Text(failure, "Code"), Text(failure, "SenderFault")));
    }

    [Fact]
    public async Task Queues_are_made_listed_and_described()
    {
        await using var sqs = await SqsServer.StartAsync();

        var made = await CallAsync(sqs, "/", ("Action", "CreateQueue"), ("QueueName", "made"),
            ("Attribute.1.Name", "DelaySeconds"), ("Attribute.1.Value", "7"),
            ("Attribute.2.Name", "VisibilityTimeout"), ("Attribute.2.Value", "8"));
        var listed = await CallAsync(sqs, "/", ("Action", "ListQueues"), ("MaxResults", "1"));
        var described = await CallAsync(sqs, "/", ("Action", "GetQueueAttributes"),
            ("QueueUrl", Text(made.Xml, "QueueUrl")),
            ("AttributeName.1", "DelaySeconds"), ("AttributeName.2", "VisibilityTimeout"));

        Assert.Equal(sqs.Queue("made").Url, Text(listed.Xml, "QueueUrl"));
        Assert.Equal("made", Text(listed.Xml, "NextToken"));
        Assert.Equal(["DelaySeconds=7", "VisibilityTimeout=8"],
            described.Xml.Descendants(Sqs + "Attribute").Select(a => $"{Text(a, "Name")}={Text(a, "Value")}").Order());
    }

    [Theory]
    [InlineData(
        "Action=ReceiveMessage&QueueUrl=http://x/000000000000/none", 400,
        "AWS.SimpleQueueService.NonExistentQueue")]
    [InlineData(
        "Action=DeleteMessage&QueueUrl=http://x/000000000000/q&ReceiptHandle=%26", 404,
        "ReceiptHandleIsInvalid")]
    [InlineData("Action=ReceiveMessage&QueueUrl=http://x/000000000000/q&WaitTimeSeconds=soon", 400, "MalformedInput")]
    [InlineData("Action=Fly", 400, "InvalidAction")]
    [InlineData("Version=2012-11-05", 400, "MissingAction")]
    [InlineData("", 400, "MissingAction")]
    [InlineData(
        "Action=SendMessageBatch&QueueUrl=http://x/000000000000/q&SendMessageBatchRequestEntry.x=1", 400,
        "MissingParameter")]
    [InlineData(
        "Action=SendMessageBatch&QueueUrl=http://x/000000000000/q&Entries=", 400,
        "AWS.SimpleQueueService.EmptyBatchRequest")]
    [InlineData("Action=CreateQueue&QueueName=a&Attribute.1.Name.2=x&Attribute.1.Value=3", 400, "InvalidAttributeName")]
    [InlineData("Action=SendMessage&Action.1=b&Action.2.Name=c", 400, "MissingParameter")]
    public async Task A_mistake_is_answered_in_xml(string form, int status, string code)
    {
        await using var sqs = await SqsServer.StartAsync();

        var reply = await PostAsync(sqs, "/", form);

        Assert.Equal((status, code), (reply.Status, Text(reply.Xml, "Code")));
        Assert.Equal("Sender", Text(reply.Xml, "Type"));
    }

    [Fact]
    public async Task A_form_that_is_not_signed_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync();
        using var form = new FormUrlEncodedContent([new("Action", "ListQueues")]);
        using var response = await sqs.Http.PostAsync(sqs.Url, form, TestContext.Current.CancellationToken);
        var xml = XElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((403, "MissingAuthenticationToken"), ((int)response.StatusCode, Text(xml, "Code")));
    }

    [Fact]
    public async Task What_is_neither_protocol_is_left_to_others()
    {
        await using var sqs = await SqsServer.StartAsync();
        using var get = await sqs.Http.GetAsync(sqs.Url, TestContext.Current.CancellationToken);
        using var text = new StringContent("x");
        using var post = await sqs.Http.PostAsync(sqs.Url, text, TestContext.Current.CancellationToken);
        Assert.Equal((418, 418), ((int)get.StatusCode, (int)post.StatusCode));
    }

    private static async Task<(int Status, XElement Xml)> CallAsync(
        SqsServer sqs, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        var reply = await PostAsync(sqs, path, await form.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(200, reply.Status);
        return reply;
    }

    private static async Task<(int Status, XElement Xml)> PostAsync(SqsServer sqs, string path, string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sqs.Url, path));
        request.Content = new StringContent(form);
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded") { CharSet = "utf-8" };
        new RequestSigner(SqsServer.Credentials, "us-east-1", "sqs").Sign(request, Encoding.UTF8.GetBytes(form));
        using var response = await sqs.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, XElement.Load(body));
    }

    private static string Text(XElement xml, string name) => xml.Descendants(Sqs + name).First().Value;
}
