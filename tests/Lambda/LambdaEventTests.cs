using System.Globalization;
using System.Text.Json.Serialization;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public class LambdaEventTests
{
    private static readonly SourceGeneratorLambdaJsonSerializer<LambdaEventTestsJson> Serializer = new();

    [Fact]
    public async Task An_s3_event_is_read_whole_and_unknown_members_are_left()
    {
        var answer = await HandleAsync<S3Event, string[]>(
            """
            {"Records":[{"eventVersion":"2.9","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-11-01T10:00:00.123Z",
              "eventName":"ObjectCreated:Put","userIdentity":{"principalId":"P"},"requestParameters":{"sourceIPAddress":"192.0.2.1"},
              "responseElements":{"x-amz-request-id":"R","x-amz-id-2":"2"},
              "s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"photos","ownerIdentity":{"principalId":"O"},"arn":"arn:aws:s3:::photos"},
                "object":{"key":"a+b/%C3%A9%2B.jpg","size":5368709120,"eTag":"e","versionId":"v","sequencer":"0055AED6DCD90281E5","new":{"x":[1]}}}}]}
            """,
            input =>
            {
                var record = input.Records!.Single();
                var stored = record.S3.Object;
                return
                [
                    record.EventVersion, record.EventSource, record.AwsRegion, record.EventName,
                    record.EventTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
                    record.UserIdentity!.PrincipalId!, record.RequestParameters!.SourceIPAddress!,
                    record.ResponseElements!.XAmzRequestId!, record.ResponseElements.XAmzId2!,
                    record.S3.S3SchemaVersion!, record.S3.ConfigurationId!, record.S3.Bucket.Name,
                    record.S3.Bucket.OwnerIdentity!.PrincipalId!, record.S3.Bucket.Arn, stored.Key, stored.KeyDecoded,
                    stored.Size.ToString(CultureInfo.InvariantCulture), stored.ETag!, stored.VersionId!, stored.Sequencer!,
                ];
            });

        Assert.Equal(
            [
                "2.9", "aws:s3", "us-east-1", "ObjectCreated:Put", "2026-11-01T10:00:00.1230000Z", "P", "192.0.2.1", "R", "2", "1.0",
                "c", "photos", "O", "arn:aws:s3:::photos", "a+b/%C3%A9%2B.jpg", "a b/é+.jpg", "5368709120", "e", "v", "0055AED6DCD90281E5",
            ],
            answer.Json.EnumerateArray().Select(item => item.GetString()!));
    }

    [Fact]
    public async Task The_test_event_of_s3_has_no_records()
    {
        var answer = await HandleAsync<S3Event, string[]>(
            """{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-01T10:00:00.000Z","Bucket":"photos","RequestId":"r","HostId":"h"}""",
            input => [input.Records is null ? "none" : "some"]);

        Assert.Equal("[\"none\"]", answer.Text);
    }

    [Fact]
    public async Task A_batch_of_messages_is_read_and_answered_in_part()
    {
        SQSEvent? seen = null;
        var answer = await HandleAsync<SQSEvent, SQSBatchResponse>(
            """
            {"Records":[{"messageId":"m1","receiptHandle":"h","body":"{}","md5OfBody":"99914b932bd37a50b983c5e7c90ae93b",
              "md5OfMessageAttributes":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:1:q","awsRegion":"us-east-1",
              "attributes":{"ApproximateReceiveCount":"3"},
              "messageAttributes":{"id":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"dataType":"Number"},
                "raw":{"binaryValue":"AQI=","dataType":"Binary"}}}]}
            """,
            input =>
            {
                seen = input;
                return new SQSBatchResponse([new SQSBatchResponse.BatchItemFailure { ItemIdentifier = input.Records[0].MessageId }]);
            });

        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"m1"}]}""", answer.Text);
        var message = Assert.Single(seen!.Records);
        Assert.Equal(("h", "{}", "99914b932bd37a50b983c5e7c90ae93b", "x"), (message.ReceiptHandle, message.Body, message.Md5OfBody, message.Md5OfMessageAttributes));
        Assert.Equal(("aws:sqs", "arn:aws:sqs:us-east-1:1:q", "us-east-1"), (message.EventSource, message.EventSourceArn, message.AwsRegion));
        Assert.Equal("3", message.Attributes["ApproximateReceiveCount"]);
        Assert.Equal(("Number", "7"), (message.MessageAttributes["id"].DataType, message.MessageAttributes["id"].StringValue));
        Assert.Equal([1, 2], message.MessageAttributes["raw"].BinaryValue!.ToArray());
    }

    [Fact]
    public void An_event_that_is_written_is_the_one_that_was_read()
    {
        using var stream = new MemoryStream();
        Serializer.Serialize(new SQSEvent { Records = [new() { MessageId = "m", MessageAttributes = { ["a"] = new() { BinaryValue = new([1]) } } }] }, stream);
        stream.Position = 0;

        Assert.Equal([1], Serializer.Deserialize<SQSEvent>(stream).Records[0].MessageAttributes["a"].BinaryValue!.ToArray());
    }

    [Fact]
    public async Task An_empty_batch_response_is_an_empty_list()
    {
        Assert.Equal("""{"batchItemFailures":[]}""", (await HandleAsync<SQSEvent, SQSBatchResponse>("""{"Records":[]}""", _ => new())).Text);
    }

    [Fact]
    public async Task A_schedule_is_an_event_with_a_time()
    {
        var answer = await HandleAsync<ScheduledEvent, string[]>(
            """
            {"version":"0","id":"i","detail-type":"Scheduled Event","source":"aws.events","account":"1","time":"2026-11-01T10:00:00Z",
             "region":"us-east-1","resources":["arn:aws:events:us-east-1:1:rule/sweep"],"detail":{}}
            """,
            input =>
            [
                input.Version, input.Id, input.DetailType, input.Source, input.Account, input.Region, input.Resources[0],
                input.Time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture), input.Detail.GetRawText(),
            ]);

        Assert.Equal(
            ["0", "i", "Scheduled Event", "aws.events", "1", "us-east-1", "arn:aws:events:us-east-1:1:rule/sweep", "2026-11-01T10:00:00.0000000Z", "{}"],
            answer.Json.EnumerateArray().Select(item => item.GetString()!));
    }

    [Theory]
    [InlineData("null", "JsonException")]
    [InlineData("{", "JsonException")]
    [InlineData("", "JsonException")]
    public async Task An_event_that_cannot_be_read_is_an_error(string payload, string type)
    {
        var answer = await HandleAsync<SQSEvent, SQSBatchResponse>(payload, _ => new());

        Assert.Equal(("error", type), (answer.Kind, answer.Json.GetProperty("errorType").GetString()));
    }

    [Fact]
    public void A_type_that_the_context_lacks_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Serializer.Deserialize<Uri>(Stream.Null));

        Assert.Contains("[JsonSerializable(typeof(Uri))]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_may_return_nothing()
    {
        foreach (var builder in new[]
        {
            LambdaBootstrapBuilder.Create<SQSEvent>((_, _) => Task.CompletedTask, Serializer),
            LambdaBootstrapBuilder.Create<SQSEvent>(_ => Task.CompletedTask, Serializer),
        })
        {
            await using var api = await FakeRuntimeApi.StartAsync();
            await using var function = LambdaProcess.Start(api, builder);

            Assert.Equal(("response", ""), await KindAndText(function.InvokeAsync("""{"Records":[]}""")));
        }

        static async Task<(string, string)> KindAndText(Task<FakeAnswer> answer) => ((await answer).Kind, (await answer).Text);
    }

    private static async Task<FakeAnswer> HandleAsync<TInput, TOutput>(string payload, Func<TInput, TOutput> handler)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create<TInput, TOutput>((input, _) => Task.FromResult(handler(input)), Serializer));
        var first = await api.InvokeAsync(payload);

        // The second time by the overload without a context, and with the buffers of the first.
        await using var other = LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create<TInput, TOutput>(input => Task.FromResult(handler(input)), Serializer));
        Assert.Equal(first.Kind == "error" ? "" : first.Text, first.Kind == "error" ? "" : (await api.InvokeAsync(payload)).Text);
        return first;
    }
}

[JsonSerializable(typeof(S3Event))]
[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
[JsonSerializable(typeof(ScheduledEvent))]
[JsonSerializable(typeof(string[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class LambdaEventTestsJson : JsonSerializerContext;
