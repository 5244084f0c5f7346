using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>
/// The messages that S3 sends, version 2.1 of AmazonS3/latest/userguide/notification-content-structure.html.
/// </summary>
internal static class EventDocument
{
    /// <summary>The store's one account, in the places where S3 names a principal or an owner.</summary>
    public const string OwnerId = "A0LOCALCLOUD00";

    public static string Of(ObjectEvent item, string configurationId) => Write(json =>
    {
        json.WriteStartArray("Records");
        json.WriteStartObject();
        json.WriteString("eventVersion", "2.1");
        json.WriteString("eventSource", "aws:s3");
        json.WriteString("awsRegion", CloudIdentity.Region);
        json.WriteString("eventTime", S3Time.Iso(item.Time));
        json.WriteString("eventName", item.Origin.Name);
        WriteObject(json, "userIdentity", ("principalId", "AWS:" + CloudIdentity.AccessKeyId));
        WriteObject(json, "requestParameters", ("sourceIPAddress", item.Origin.SourceIp));
        WriteObject(json, "responseElements",
            ("x-amz-request-id", item.Origin.RequestId), ("x-amz-id-2", item.Origin.RequestId));
        json.WriteStartObject("s3");
        json.WriteString("s3SchemaVersion", "1.0");
        json.WriteString("configurationId", configurationId);
        json.WriteStartObject("bucket");
        json.WriteString("name", item.Bucket);
        WriteObject(json, "ownerIdentity", ("principalId", OwnerId));
        json.WriteString("arn", CloudIdentity.BucketArn(item.Bucket));
        json.WriteEndObject();
        WriteItem(json, item);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary>What a queue gets when it becomes a target; it has no records.</summary>
    public static string Test(string bucket, DateTimeOffset time, string requestId) => Write(json =>
    {
        json.WriteString("Service", "Amazon S3");
        json.WriteString("Event", "s3:TestEvent");
        json.WriteString("Time", S3Time.Iso(time));
        json.WriteString("Bucket", bucket);
        json.WriteString("RequestId", requestId);
        json.WriteString("HostId", requestId);
    });

    private static void WriteItem(Utf8JsonWriter json, ObjectEvent item)
    {
        json.WriteStartObject("object");
        // As in a form: a space is a plus sign, slashes stay.
        json.WriteString("key", SigV4.EncodePath(item.Key).Replace("%20", "+", StringComparison.Ordinal));
        if (item is { Size: { } size, ETag: { } etag })
        {
            json.WriteNumber("size", size);
            json.WriteString("eTag", etag);
        }

        // Fixed width: consumers compare as text.
        json.WriteString("sequencer", item.Sequencer.ToString("X18", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, string name, params (string Name, string Value)[] members)
    {
        json.WriteStartObject(name);
        foreach (var (member, value) in members)
        {
            json.WriteString(member, value);
        }

        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }
}
