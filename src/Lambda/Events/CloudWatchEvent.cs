using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Lambda;

/// <summary>
/// An event from EventBridge.
/// <see href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html"/>
/// </summary>
/// <typeparam name="T">What <c>detail</c> holds; it depends on the source and the detail type.</typeparam>
public class CloudWatchEvent<T>
{
    [JsonPropertyName("version")]
    public string Version { get; set; } = "";

    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    [JsonPropertyName("detail-type")]
    public string DetailType { get; set; } = "";

    [JsonPropertyName("source")]
    public string Source { get; set; } = "";

    [JsonPropertyName("account")]
    public string Account { get; set; } = "";

    /// <summary>When it happened or, of a schedule, was due; a delivery may be later, and more than one.</summary>
    [JsonPropertyName("time")]
    public DateTime Time { get; set; }

    [JsonPropertyName("region")]
    public string Region { get; set; } = "";

    /// <summary>The ARNs of what the event is about, such as the schedule's rule.</summary>
    [JsonPropertyName("resources")]
    public List<string> Resources { get; set; } = [];

    [JsonPropertyName("detail")]
    public T? Detail { get; set; }
}

/// <summary>The event of a schedule; its detail is an empty object.</summary>
public class ScheduledEvent : CloudWatchEvent<JsonElement>;
