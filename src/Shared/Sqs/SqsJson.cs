using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Sqs;

/// <summary>The AWS JSON 1.0 form of requests and answers.</summary>
[JsonSerializable(typeof(SqsRequest))]
[JsonSerializable(typeof(SqsAnswer))]
[JsonSerializable(typeof(SqsFault))]
internal sealed partial class SqsJson : JsonSerializerContext
{
    public const string ContentType = "application/x-amz-json-1.0";
    public const string TargetPrefix = "AmazonSQS.";

    /// <summary>Bodies are JSON themselves, so quotes are worth two bytes instead of six.</summary>
    public static SqsJson Wire { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A request of the Query protocol is turned into JSON, where every number is text.
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    });
}

/// <param name="Type">For example <c>com.amazonaws.sqs#QueueDoesNotExist</c>.</param>
internal sealed record SqsFault(
    [property: JsonPropertyName("__type")] string? Type,
    [property: JsonPropertyName("message")] string? Message);
