using System.Text;
using System.Text.Json;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>Digests were computed by another program.</summary>
public class SqsMessageTests
{
    private const string Url = "http://sqs/000000000000/q";

    [Fact]
    public async Task A_message_arrives_with_its_attributes_and_digests()
    {
        await using var sqs = await SqsServer.StartAsync();

        var sent = await sqs.CallAsync("SendMessage", $$"""
            {"QueueUrl":"{{Url}}","MessageBody":"hällo\r\n\t🖼","MessageAttributes":{
              "n":{"DataType":"Number","StringValue":"1.5"},
              "b":{"DataType":"Binary","BinaryValue":"AP8="},
              "a":{"DataType":"String.label","StringValue":"grün"} },
             "MessageSystemAttributes":{
              "AWSTraceHeader":{"DataType":"String","StringValue":"Root=1-5759e988-bd862e3fe1be46a994272793"} } }
            """);
        var received = await ReceiveAsync(
            sqs, """ "MessageSystemAttributeNames":["All"],"MessageAttributeNames":["All"] """);

        Assert.Equal("de34ca4fd7eaa98848b56194c49e18bf", Text(sent.Json, "MD5OfMessageBody"));
        Assert.Equal("4d5106e765ae199c2830b961723cdddf", Text(sent.Json, "MD5OfMessageAttributes"));
        Assert.Equal("62a56dd927315f2b2e12832b84617ea5", Text(sent.Json, "MD5OfMessageSystemAttributes"));
        Assert.Equal("hällo\r\n\t🖼", Text(received, "Body"));
        Assert.Equal("de34ca4fd7eaa98848b56194c49e18bf", Text(received, "MD5OfBody"));
        Assert.Equal("4d5106e765ae199c2830b961723cdddf", Text(received, "MD5OfMessageAttributes"));
        Assert.Equal(Text(sent.Json, "MessageId"), Text(received, "MessageId"));
        Assert.Equal("AP8=", Text(received.GetProperty("MessageAttributes").GetProperty("b"), "BinaryValue"));
        Assert.Equal("String.label", Text(received.GetProperty("MessageAttributes").GetProperty("a"), "DataType"));
        var system = received.GetProperty("Attributes");
        Assert.Equal("1", Text(system, "ApproximateReceiveCount"));
        Assert.Equal("000000000000", Text(system, "SenderId"));
        Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793", Text(system, "AWSTraceHeader"));
        Assert.InRange(long.Parse(Text(system, "ApproximateFirstReceiveTimestamp")!),
            long.Parse(Text(system, "SentTimestamp")!), long.MaxValue);
    }

    [Theory]
    [InlineData("""["a"]""", new[] { "a" })]
    [InlineData("""["ab.*"]""", new[] { "ab", "ab.c" })]
    [InlineData("""[".*"]""", new[] { "a", "ab", "ab.c" })]
    [InlineData("""["other"]""", new string[0])]
    [InlineData("[]", new string[0])]
    public async Task Only_the_attributes_asked_for_are_given(string asked, string[] given)
    {
        await using var sqs = await SqsServer.StartAsync();
        const string value = """{"DataType":"String","StringValue":"grün"}""";
        await SendAsync(
            sqs, $$""" "MessageBody":"x","MessageAttributes":{"a":{{value}},"ab":{{value}},"ab.c":{{value}}} """);

        var received = await ReceiveAsync(
            sqs, $""" "MessageAttributeNames":{asked},"AttributeNames":["SentTimestamp"] """);

        var hasOwn = received.TryGetProperty("MessageAttributes", out var own);
        var names = hasOwn ? own.EnumerateObject().Select(p => p.Name) : [];
        Assert.Equal(given, names.Order(StringComparer.Ordinal));
        Assert.Equal(given.Length > 0, received.TryGetProperty("MD5OfMessageAttributes", out _));
        Assert.Equal(["SentTimestamp"], received.GetProperty("Attributes").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_message_of_one_mebibyte_passes_and_one_byte_more_does_not()
    {
        await using var sqs = await SqsServer.StartAsync();
        var attributes = """{"k":{"DataType":"String","StringValue":"v"}}""";
        var room = 1_048_576 - "kStringv".Length;
        var body = new string('"', room - 2) + "ü";

        var fits = await SendAsync(sqs, $""" "MessageBody":{Quote(body)},"MessageAttributes":{attributes} """);
        var tooLarge = await SendAsync(
            sqs, $""" "MessageBody":{Quote(body + "x")},"MessageAttributes":{attributes} """);

        Assert.Equal(200, fits.Status);
        tooLarge.IsRefused(400, "InvalidParameterValue");
        Assert.Contains("1048576", tooLarge.Body, StringComparison.Ordinal);
        Assert.Equal(body, Text(await ReceiveAsync(sqs, """ "MaxNumberOfMessages":10 """), "Body"));
    }

    [Theory]
    [InlineData(""" "MessageBody":"" """, "MissingParameter")]
    [InlineData(""" "DelaySeconds":1 """, "MissingParameter")]
    [InlineData(""" "MessageBody":"a\u0001b" """, "InvalidMessageContents")]
    [InlineData(""" "MessageBody":"\uffff" """, "InvalidMessageContents")]
    [InlineData(""" "MessageBody":"\ud800" """, "SerializationException")]
    [InlineData(""" "MessageBody":7 """, "SerializationException")]
    [InlineData(""" "MessageBody":"x","DelaySeconds":901 """, "InvalidParameterValue")]
    [InlineData(""" "MessageBody":"x","DelaySeconds":-1 """, "InvalidParameterValue")]
    [InlineData(""" "MessageBody":"x","DelaySeconds":99999999999 """, "SerializationException")]
    [InlineData(
        """ "MessageBody":"x","MessageSystemAttributes":{"Other":{"DataType":"String","StringValue":"v"}} """,
        "InvalidParameterValue")]
    public async Task A_bad_message_is_refused(string members, string code)
    {
        await using var sqs = await SqsServer.StartAsync();
        (await SendAsync(sqs, members)).IsRefused(400, code);
        Assert.Equal(0, sqs.Queue().Counts().Visible);
    }

    [Theory]
    [InlineData("""{"a b":{"DataType":"String","StringValue":"v"}}""")]
    [InlineData("""{".a":{"DataType":"String","StringValue":"v"}}""")]
    [InlineData("""{"a..b":{"DataType":"String","StringValue":"v"}}""")]
    [InlineData("""{"aws.a":{"DataType":"String","StringValue":"v"}}""")]
    [InlineData("""{"Amazon.a":{"DataType":"String","StringValue":"v"}}""")]
    [InlineData("""{"a":{"DataType":"String","StringValue":""}}""")]
    [InlineData("""{"a":{"DataType":"String"}}""")]
    [InlineData("""{"a":{"DataType":"Strong","StringValue":"v"}}""")]
    [InlineData("""{"a":{"StringValue":"v"}}""")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":{"DataType":"Number","StringValue":"one"}}""")]
    [InlineData("""{"a":{"DataType":"Binary","StringValue":"v"}}""")]
    public async Task A_bad_message_attribute_is_refused(string attributes)
    {
        await using var sqs = await SqsServer.StartAsync();
        (await SendAsync(sqs, $""" "MessageBody":"x","MessageAttributes":{attributes} """))
            .IsRefused(400, "InvalidParameterValue");
    }

    [Fact]
    public async Task An_eleventh_attribute_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync();
        var attributes = string.Join(
            ',', Enumerable.Range(0, 11).Select(i => $$""" "a{{i}}":{"DataType":"String","StringValue":"v"} """));
        (await SendAsync(sqs, $$""" "MessageBody":"x","MessageAttributes":{ {{attributes}} } """))
            .IsRefused(400, "InvalidParameterValue");
    }

    [Fact]
    public async Task A_queue_may_allow_less_than_sqs_does()
    {
        await using var sqs = await SqsServer.StartAsync(null, new QueueResource("Q", "q", MaximumMessageSize: 1024));
        Assert.Equal(200, (await SendAsync(sqs, $""" "MessageBody":"{new string('x', 1024)}" """)).Status);
        (await SendAsync(sqs, $""" "MessageBody":"{new string('x', 1025)}" """))
            .IsRefused(400, "InvalidParameterValue");
    }

    [Fact]
    public async Task A_request_far_beyond_the_limits_is_not_read_to_its_end()
    {
        await using var sqs = await SqsServer.StartAsync();
        var reply = await sqs.CallAsync("SendMessage", new string(' ', 8 * 1024 * 1024) + "{}");
        reply.IsRefused(413, "RequestEntityTooLarge");
    }

    private static Task<SqsReply> SendAsync(SqsServer sqs, string members) =>
        sqs.CallAsync("SendMessage", $$"""{"QueueUrl":"{{Url}}",{{members}}}""");

    private static async Task<JsonElement> ReceiveAsync(SqsServer sqs, string members) =>
        Assert.Single((await sqs.CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{Url}}",{{members}}}"""))
            .Json.GetProperty("Messages").EnumerateArray());

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string Quote(string text) => $"\"{new StringBuilder(text).Replace("\"", "\\\"")}\"";
}
