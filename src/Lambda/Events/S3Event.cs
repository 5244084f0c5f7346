using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json.Serialization;

namespace PhotoLambda.Lambda;

/// <summary>
/// A notification from S3. Deliveries are at least once and unordered; a record that a store of another version
/// sends with unknown members is read all the same.
/// <see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"/>
/// </summary>
public class S3Event
{
    /// <summary>Null in the <c>s3:TestEvent</c> that S3 sends when a notification is set up.</summary>
    [JsonPropertyName("Records")]
    public List<S3EventNotificationRecord>? Records { get; set; }

    public class S3EventNotificationRecord
    {
        [JsonPropertyName("eventVersion")]
        public string EventVersion { get; set; } = "";

        [JsonPropertyName("eventSource")]
        public string EventSource { get; set; } = "";

        [JsonPropertyName("awsRegion")]
        public string AwsRegion { get; set; } = "";

        [JsonPropertyName("eventTime")]
        public DateTime EventTime { get; set; }

        /// <summary>Without the prefix <c>s3:</c>, such as <c>ObjectCreated:Put</c>.</summary>
        [JsonPropertyName("eventName")]
        public string EventName { get; set; } = "";

        [JsonPropertyName("userIdentity")]
        public UserIdentityEntity? UserIdentity { get; set; }

        [JsonPropertyName("requestParameters")]
        public RequestParametersEntity? RequestParameters { get; set; }

        [JsonPropertyName("responseElements")]
        public ResponseElementsEntity? ResponseElements { get; set; }

        [JsonPropertyName("s3")]
        public S3Entity S3 { get; set; } = new();
    }

    public class S3Entity
    {
        [JsonPropertyName("s3SchemaVersion")]
        public string? S3SchemaVersion { get; set; }

        /// <summary>The name of the notification in the bucket's configuration.</summary>
        [JsonPropertyName("configurationId")]
        public string? ConfigurationId { get; set; }

        [JsonPropertyName("bucket")]
        public S3BucketEntity Bucket { get; set; } = new();

        [JsonPropertyName("object")]
        [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The name in the event.")]
        public S3ObjectEntity Object { get; set; } = new();
    }

    public class S3BucketEntity
    {
        [JsonPropertyName("name")]
        public string Name { get; set; } = "";

        [JsonPropertyName("ownerIdentity")]
        public UserIdentityEntity? OwnerIdentity { get; set; }

        [JsonPropertyName("arn")]
        public string Arn { get; set; } = "";
    }

    public class S3ObjectEntity
    {
        /// <summary>The key as the event carries it: form-encoded, so a space is <c>+</c>.</summary>
        [JsonPropertyName("key")]
        public string Key { get; set; } = "";

        /// <summary>The key under which the object is stored.</summary>
        [JsonIgnore]
        public string KeyDecoded => WebUtility.UrlDecode(Key);

        /// <summary>In bytes; 0 in events about removed objects.</summary>
        [JsonPropertyName("size")]
        public long Size { get; set; }

        /// <summary>Without quotes; null in events about removed objects.</summary>
        [JsonPropertyName("eTag")]
        public string? ETag { get; set; }

        /// <summary>Null when the bucket keeps no versions.</summary>
        [JsonPropertyName("versionId")]
        public string? VersionId { get; set; }

        /// <summary>
        /// Hexadecimal. Of two events for one key the later has the greater one, compared as text after the shorter
        /// is padded with zeros on the right; meaningless between keys.
        /// </summary>
        [JsonPropertyName("sequencer")]
        public string? Sequencer { get; set; }
    }

    public class UserIdentityEntity
    {
        [JsonPropertyName("principalId")]
        public string? PrincipalId { get; set; }
    }

    public class RequestParametersEntity
    {
        [JsonPropertyName("sourceIPAddress")]
        public string? SourceIPAddress { get; set; }
    }

    public class ResponseElementsEntity
    {
        [JsonPropertyName("x-amz-id-2")]
        public string? XAmzId2 { get; set; }

        [JsonPropertyName("x-amz-request-id")]
        public string? XAmzRequestId { get; set; }
    }
}
