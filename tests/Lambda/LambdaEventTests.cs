using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public class LambdaEventTests
{
    private static readonly SourceGeneratorLambdaJsonSerializer<LambdaEventTestsJson> Serializer = new();

    public static TheoryData<string> Events { get; } =
    [
        """
        {"Records":[{"eventVersion":"2.9","eventSource":"aws:s3","awsRegion":"us-east-1",
          "eventTime":"2026-11-01T10:00:00.123Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"P"},
          "requestParameters":{"sourceIPAddress":"192.0.2.1"},
          "responseElements":{"x-amz-request-id":"R","x-amz-id-2":"2"},
          "s3":{"s3SchemaVersion":"1.0","configurationId":"c",
            "bucket":{"name":"photos","ownerIdentity":{"principalId":"O"},"arn":"arn:aws:s3:::photos"},
            "object":{"key":"a+b/%C3%A9.jpg","size":5368709120,"eTag":"e","versionId":"v","sequencer":"0055AED6"}}}]}
        """,
        """
        {"Records":[{"messageId":"m1","receiptHandle":"h","body":"{}","md5OfBody":"99914b932bd37a50b983c5e7c90ae93b",
          "md5OfMessageAttributes":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:1:q",
          "awsRegion":"us-east-1","attributes":{"ApproximateReceiveCount":"3"},
          "messageAttributes":{"id":{"stringValue":"7","dataType":"Number"},
            "raw":{"binaryValue":"AQI=","dataType":"Binary"}}}]}
        """,
        """
        {"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","account":"1",
         "time":"2026-11-01T10:00:00Z","region":"us-east-1","resources":["arn:aws:events:us-east-1:1:rule/sweep"],
         "detail":{}}
        """,
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Every_member_of_an_event_is_read_and_written_by_its_name(string payload)
    {
        // With members that nobody knows yet, which are left out.
        var future = JsonNode.Parse(payload)!;
        (future["Records"]?[0] ?? future)["newMember"] = new JsonObject { ["x"] = new JsonArray(1) };

        var answer = payload switch
        {
            _ when payload.Contains("aws:s3", StringComparison.Ordinal) => await EchoAsync<S3Event>(future),
            _ when payload.Contains("aws:sqs", StringComparison.Ordinal) => await EchoAsync<SQSEvent>(future),
            _ => await EchoAsync<ScheduledEvent>(future),
        };

        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(payload), answer.Json), answer.Text);
    }

    [Theory]
    [InlineData("a+b/%C3%A9%2B.jpg", "a b/é+.jpg")]
    [InlineData("plain.jpg", "plain.jpg")]
    [InlineData("100%25", "100%")]
    public void The_key_of_an_object_is_form_encoded_in_its_event(string key, string stored)
    {
        Assert.Equal(stored, new S3Event.S3ObjectEntity { Key = key }.KeyDecoded);
    }

    [Fact]
    public async Task The_test_event_of_s3_has_no_records()
    {
        var answer = await HandleAsync<S3Event, string[]>(
            """{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-01T10:00:00.000Z","Bucket":"photos"}""",
            input => [input.Records is null ? "none" : "some"]);

        Assert.Equal("[\"none\"]", answer.Text);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"m1"}]}""", "m1")]
    [InlineData("""{"batchItemFailures":[]}""")]
    public async Task A_batch_may_fail_in_part(string response, params string[] failed)
    {
        var answer = await HandleAsync<SQSEvent, SQSBatchResponse>(
            """{"Records":[{"messageId":"m1"},{"messageId":"m2"}]}""",
            input => new([.. input.Records.Where(message => failed.Contains(message.MessageId))
                .Select(message => new SQSBatchResponse.BatchItemFailure { ItemIdentifier = message.MessageId })]));

        Assert.Equal(response, answer.Text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("")]
    public async Task An_event_that_cannot_be_read_is_an_error(string payload)
    {
        var answer = await HandleAsync<SQSEvent, SQSBatchResponse>(payload, _ => new());

        Assert.Equal(("error", "JsonException"), (answer.Kind, answer.Json.GetProperty("errorType").GetString()));
    }

    [Fact]
    public void A_type_that_the_context_lacks_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Serializer.Deserialize<Uri>(Stream.Null));

        Assert.Contains("[JsonSerializable(typeof(Uri))]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_may_return_nothing_and_need_no_context()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using (LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create<SQSEvent>((_, _) => Task.CompletedTask, Serializer)))
        {
            Assert.Equal("", (await api.InvokeAsync("{}")).Text);
        }

        await using (LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create<SQSEvent>(_ => Task.CompletedTask, Serializer)))
        {
            Assert.Equal("", (await api.InvokeAsync("{}")).Text);
        }

        await using (LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create<SQSEvent, string[]>(_ => Task.FromResult<string[]>(["x"]), Serializer)))
        {
            Assert.Equal("[\"x\"]", (await api.InvokeAsync("{}")).Text);
        }
    }

    private static Task<FakeAnswer> EchoAsync<T>(JsonNode payload) =>
        HandleAsync<T, T>(payload.ToJsonString(), input => input);

    private static async Task<FakeAnswer> HandleAsync<TInput, TOutput>(string payload, Func<TInput, TOutput> handler)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, LambdaBootstrapBuilder.Create<TInput, TOutput>(
            (input, _) => Task.FromResult(handler(input)), Serializer));
        return await api.InvokeAsync(payload);
    }
}

[JsonSerializable(typeof(S3Event))]
[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
[JsonSerializable(typeof(ScheduledEvent))]
[JsonSerializable(typeof(string[]))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class LambdaEventTestsJson : JsonSerializerContext;
