using System.Globalization;
using System.Text.Json;
using PhotoLambda.Aws;

namespace PhotoLambda.UploadUrl.Uppy;

/// <summary>
/// Signs forms that upload one file of one type and key, with a length in a range: what no presigned PUT can say.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"/>
internal sealed class UploadForm(AwsEnvironment aws, string bucket, TimeProvider time)
{
    private readonly DaySigningKey _signingKey = new(aws.Credentials.SecretAccessKey);

    /// <summary>Where the form is POSTed to.</summary>
    public string Url { get; } = BucketAddress.Of(aws, bucket).AbsoluteUri.TrimEnd('/');

    /// <returns>The fields, which stand before the file.</returns>
    public IReadOnlyDictionary<string, string> Fields(
        string key, string contentType, long leastBytes, long mostBytes, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var timestamp = SigV4.Timestamp(now);
        var scope = SigV4.Scope(timestamp, aws.Region, "s3");
        var fields = new Dictionary<string, string>
        {
            ["key"] = key,
            ["Content-Type"] = contentType,
            ["If-None-Match"] = "*",
            ["x-amz-algorithm"] = SigV4.Algorithm,
            ["x-amz-credential"] = $"{aws.Credentials.AccessKeyId}/{scope}",
            ["x-amz-date"] = timestamp,
        };
        if (aws.Credentials.SessionToken is { } token)
        {
            fields["x-amz-security-token"] = token;
        }

        var policy = Convert.ToBase64String(Policy(fields, leastBytes, mostBytes, now + lifetime));
        fields["policy"] = policy;
        fields["x-amz-signature"] = SigV4.Hmac(_signingKey.For(scope), policy);
        return fields;
    }

    // Every field must be covered by a condition, or the store refuses the form.
    private byte[] Policy(Dictionary<string, string> fields, long least, long most, DateTimeOffset expires)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("expiration", expires.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartArray("conditions");
            foreach (var (name, value) in fields.Prepend(KeyValuePair.Create("bucket", bucket)))
            {
                json.WriteStartObject();
                json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteStartArray();
            json.WriteStringValue("content-length-range");
            json.WriteNumberValue(least);
            json.WriteNumberValue(most);
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
