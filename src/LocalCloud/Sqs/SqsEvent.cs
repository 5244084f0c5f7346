using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>The event in which Lambda hands messages to a function. Source: lambda/latest/dg/with-sqs.html.</summary>
internal static class SqsEvent
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Bytes of an attribute without its texts.</summary>
    private const int AttributeFrame = 192;

    /// <summary>Bytes of a record without the message's texts; no record of this queue has more.</summary>
    public static int FrameOf(string queueArn)
    {
        var message = new Message { Id = Guid.Empty.ToString(), Body = "", SentAt = long.MaxValue, TraceHeader = "" };
        var handle = new ReceiptHandle(message.Id, int.MaxValue).Format(queueArn);
        return Format([new Delivery(message, handle, int.MaxValue, long.MaxValue)], queueArn).Length;
    }

    /// <summary>An upper bound of what the message's texts add to that, in bytes.</summary>
    public static int SizeOf(Message message) =>
        Encoded(message.Body) + Encoded(message.TraceHeader ?? "") + Encoded(message.DeadLetterSourceArn ?? "")
        + (message.DeadLetterSourceArn is null ? 0 : AttributeFrame)
        + (message.Attributes ?? new Dictionary<string, AttributeValue>()).Sum(a =>
            AttributeFrame + Encoded(a.Key) + Encoded(a.Value.DataType!) + Encoded(a.Value.StringValue ?? "")
            + (2 * (a.Value.BinaryValue?.Length ?? 0)));

    public static byte[] Format(IReadOnlyCollection<Delivery> deliveries, string queueArn)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Encoder }))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var delivery in deliveries)
            {
                WriteRecord(json, delivery, queueArn);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, Delivery delivery, string queueArn)
    {
        var message = delivery.Message;
        json.WriteStartObject();
        json.WriteString("messageId", message.Id);
        json.WriteString("receiptHandle", delivery.ReceiptHandle);
        json.WriteString("body", message.Body);
        json.WriteStartObject("attributes");
        foreach (var (name, value) in delivery.SystemAttributes())
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("messageAttributes");
        foreach (var (name, value) in message.Attributes ?? new Dictionary<string, AttributeValue>())
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
        if (MessageDigest.OfAttributes(message.Attributes) is { } digest)
        {
            json.WriteString("md5OfMessageAttributes", digest);
        }

        json.WriteString("md5OfBody", message.BodyDigest);
        json.WriteString("eventSource", "aws:sqs");
        json.WriteString("eventSourceARN", queueArn);
        json.WriteString("awsRegion", CloudIdentity.Region);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        if (value.BinaryValue is { } bytes)
        {
            json.WriteBase64String("binaryValue", bytes);
        }
        else
        {
            json.WriteString("stringValue", value.StringValue);
        }

        json.WriteStartArray("stringListValues");
        json.WriteEndArray();
        json.WriteStartArray("binaryListValues");
        json.WriteEndArray();
        json.WriteString("dataType", value.DataType);
        json.WriteEndObject();
    }

    private static int Encoded(string text) => JsonEncodedText.Encode(text, Encoder).EncodedUtf8Bytes.Length;
}
