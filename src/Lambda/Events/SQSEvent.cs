using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace PhotoLambda.Lambda;

/// <summary>
/// A batch of messages from one queue.
/// <see href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"/>
/// </summary>
public class SQSEvent
{
    [JsonPropertyName("Records")]
    public List<SQSMessage> Records { get; set; } = [];

    public class SQSMessage
    {
        [JsonPropertyName("messageId")]
        public string MessageId { get; set; } = "";

        [JsonPropertyName("receiptHandle")]
        public string ReceiptHandle { get; set; } = "";

        [JsonPropertyName("body")]
        public string Body { get; set; } = "";

        [JsonPropertyName("md5OfBody")]
        public string Md5OfBody { get; set; } = "";

        [JsonPropertyName("md5OfMessageAttributes")]
        public string? Md5OfMessageAttributes { get; set; }

        [JsonPropertyName("eventSourceARN")]
        public string EventSourceArn { get; set; } = "";

        [JsonPropertyName("eventSource")]
        public string EventSource { get; set; } = "";

        [JsonPropertyName("awsRegion")]
        public string AwsRegion { get; set; } = "";

        /// <summary>What SQS itself says, such as <c>ApproximateReceiveCount</c> and <c>SentTimestamp</c>.</summary>
        [JsonPropertyName("attributes")]
        public Dictionary<string, string> Attributes { get; set; } = [];

        /// <summary>What the sender put beside the body.</summary>
        [JsonPropertyName("messageAttributes")]
        public Dictionary<string, MessageAttribute> MessageAttributes { get; set; } = [];
    }

    [SuppressMessage("Naming", "CA1711:Identifier has incorrect suffix", Justification = "What SQS calls it.")]
    public class MessageAttribute
    {
        /// <summary><c>String</c>, <c>Number</c> or <c>Binary</c>, possibly with a suffix after a dot.</summary>
        [JsonPropertyName("dataType")]
        public string DataType { get; set; } = "";

        [JsonPropertyName("stringValue")]
        public string? StringValue { get; set; }

        [JsonPropertyName("binaryValue")]
        [JsonConverter(typeof(MemoryStreamConverter))]
        public MemoryStream? BinaryValue { get; set; }
    }
}
