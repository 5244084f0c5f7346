using System.Text.Json.Serialization;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>A message in a queue, as the journal keeps it. Times are milliseconds since 1970.</summary>
internal sealed class Message
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    public IReadOnlyDictionary<string, AttributeValue>? Attributes { get; init; }

    public string? TraceHeader { get; init; }

    public required long SentAt { get; init; }

    /// <summary>The queue that gave it up to this dead-letter queue.</summary>
    public string? DeadLetterSourceArn { get; init; }

    /// <summary>The end of its delay or of its visibility timeout.</summary>
    public long VisibleAt { get; set; }

    public int ReceiveCount { get; set; }

    public long? FirstReceivedAt { get; set; }

    /// <summary>Order of arrival, among messages that become visible in the same millisecond.</summary>
    [JsonIgnore]
    public long Sequence { get; set; }

    /// <summary>Received and not yet visible again; else it is hidden by its delay.</summary>
    [JsonIgnore]
    public bool InFlight { get; set; }

    /// <summary>That it will be delivered twice, when chaos wants it so.</summary>
    [JsonIgnore]
    public SecondDelivery? Second { get; set; }

    [JsonIgnore]
    public string BodyDigest => field ??= MessageDigest.OfBody(Body);

    /// <summary>As it enters a dead-letter queue: with the time it was sent, since its retention goes on.</summary>
    public Message AsDeadLetterOf(string sourceArn) => new()
    {
        Id = Id,
        Body = Body,
        Attributes = Attributes,
        TraceHeader = TraceHeader,
        SentAt = SentAt,
        DeadLetterSourceArn = sourceArn,
    };
}
