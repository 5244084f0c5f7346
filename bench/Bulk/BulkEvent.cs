using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Bench;

/// <summary>An invocation's event, as Lambda makes it of a queue's messages.</summary>
internal static class BulkEvent
{
    private const int InMessage = 100;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Make(BulkRow[] rows)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteStartArray("Records");
            foreach (var some in rows.Chunk(InMessage))
            {
                json.WriteStartObject();
                json.WriteString("messageId", Guid.NewGuid());
                json.WriteString("receiptHandle", new string('A', 180));
                json.WriteString("body", Message(some));
                json.WriteString("md5OfBody", new string('0', 32));
                json.WriteString("eventSource", "aws:sqs");
                json.WriteString("eventSourceARN", "arn:aws:sqs:us-east-1:000000000000:bulk");
                json.WriteString("awsRegion", "us-east-1");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <returns>A message as a client sends it.</returns>
    public static string Message(BulkRow[] rows, bool isToBeRead = true)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("organization_id", BulkRow.Organization);
            json.WriteString("user_id", BulkRow.User);
            json.WriteBoolean("inspect", isToBeRead);
            json.WriteStartArray("photos");
            foreach (var row in rows)
            {
                Write(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, BulkRow row)
    {
        json.WriteStartObject();
        json.WriteString("project_id", BulkRow.Project);
        json.WriteString("s3_key", row.Key);
        json.WriteString("file_name", row.FileName);
        json.WriteString("mime_type", BulkRow.Mime);
        json.WriteNumber("file_size", row.Size);
        if (!row.IsPlain)
        {
            WriteMore(json, row);
        }

        json.WriteEndObject();
    }

    private static void WriteMore(Utf8JsonWriter json, BulkRow row)
    {
        json.WriteString("sha256", row.Sha256Text);
        json.WriteString("etag", row.ETag);
        json.WriteNumber("width", 6000);
        json.WriteNumber("height", 4000);
        json.WritePropertyName("exif_data");
        json.WriteRawValue($"{row.Exif[..^1]},\"orientation\":1,\"gps_coordinates\":{row.Gps}}}");
    }
}
