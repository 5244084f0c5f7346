using System.Text;
using System.Xml;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>The answers of the Query protocol, in XML.</summary>
internal static class QueryAnswer
{
    public const string ContentType = "text/xml";

    private const string Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

    public static byte[] Format(string operation, SqsAnswer answer, string requestId) => Write(xml =>
    {
        xml.WriteStartElement(operation + "Response", Namespace);
        xml.WriteStartElement(operation + "Result");
        WriteResult(xml, operation, answer);
        xml.WriteEndElement();
        xml.WriteStartElement("ResponseMetadata");
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    public static byte[] Format(SqsError error, string requestId) => Write(xml =>
    {
        xml.WriteStartElement("ErrorResponse", Namespace);
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", "Sender");
        xml.WriteElementString("Code", error.QueryCode);
        xml.WriteElementString("Message", error.Message);
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
    });

    private static void WriteResult(XmlWriter xml, string operation, SqsAnswer answer)
    {
        WriteText(xml, "QueueUrl", answer.QueueUrl);
        foreach (var url in answer.QueueUrls ?? [])
        {
            xml.WriteElementString("QueueUrl", url);
        }

        WriteText(xml, "NextToken", answer.NextToken);
        WriteMap(xml, "Attribute", answer.Attributes, xml.WriteString);
        WriteSent(xml, answer.MessageId, answer.MD5OfMessageBody, answer.MD5OfMessageAttributes,
            answer.MD5OfMessageSystemAttributes);
        foreach (var message in answer.Messages ?? [])
        {
            WriteMessage(xml, message);
        }

        foreach (var success in answer.Successful ?? [])
        {
            xml.WriteStartElement(operation + "ResultEntry");
            xml.WriteElementString("Id", success.Id);
            WriteSent(xml, success.MessageId, success.MD5OfMessageBody, success.MD5OfMessageAttributes,
                success.MD5OfMessageSystemAttributes);
            xml.WriteEndElement();
        }

        foreach (var failure in answer.Failed ?? [])
        {
            xml.WriteStartElement("BatchResultErrorEntry");
            xml.WriteElementString("Id", failure.Id);
            xml.WriteElementString("Code", failure.Code);
            xml.WriteElementString("Message", failure.Message);
            xml.WriteElementString("SenderFault", failure.SenderFault ? "true" : "false");
            xml.WriteEndElement();
        }
    }

    private static void WriteSent(XmlWriter xml, string? id, string? body, string? attributes, string? system)
    {
        WriteText(xml, "MessageId", id);
        WriteText(xml, "MD5OfMessageBody", body);
        WriteText(xml, "MD5OfMessageAttributes", attributes);
        WriteText(xml, "MD5OfMessageSystemAttributes", system);
    }

    private static void WriteMessage(XmlWriter xml, ReceivedMessage message)
    {
        xml.WriteStartElement("Message");
        xml.WriteElementString("MessageId", message.MessageId);
        xml.WriteElementString("ReceiptHandle", message.ReceiptHandle);
        xml.WriteElementString("MD5OfBody", message.MD5OfBody);
        xml.WriteElementString("Body", message.Body);
        WriteMap(xml, "Attribute", message.Attributes, xml.WriteString);
        WriteText(xml, "MD5OfMessageAttributes", message.MD5OfMessageAttributes);
        WriteMap(xml, "MessageAttribute", message.MessageAttributes, value =>
        {
            WriteText(xml, "StringValue", value.StringValue);
            WriteText(xml, "BinaryValue", value.BinaryValue is { } bytes ? Convert.ToBase64String(bytes) : null);
            WriteText(xml, "DataType", value.DataType);
        });
        xml.WriteEndElement();
    }

    private static void WriteMap<T>(
        XmlWriter xml, string element, IReadOnlyDictionary<string, T>? map, Action<T> writeValue)
    {
        foreach (var (name, value) in map ?? new Dictionary<string, T>())
        {
            xml.WriteStartElement(element);
            xml.WriteElementString("Name", name);
            xml.WriteStartElement("Value");
            writeValue(value);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
    }

    private static void WriteText(XmlWriter xml, string element, string? text)
    {
        if (text is not null)
        {
            xml.WriteElementString(element, text);
        }
    }

    private static byte[] Write(Action<XmlWriter> write)
    {
        using var buffer = new MemoryStream();
        // A carriage return in a body would become a line feed in the reader if it were not written as an entity.
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false),
            NewLineHandling = NewLineHandling.Entitize,
        };
        using (var xml = XmlWriter.Create(buffer, settings))
        {
            write(xml);
        }

        return buffer.ToArray();
    }
}
