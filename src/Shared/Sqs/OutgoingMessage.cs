using System.Text;

namespace PhotoLambda.Sqs;

/// <param name="Attributes">Message attributes of type <c>String</c>, at most ten.</param>
/// <param name="DelaySeconds">0 to 900; null: the queue's own delay.</param>
internal sealed record OutgoingMessage(
    string Body, IReadOnlyDictionary<string, string>? Attributes = null, int? DelaySeconds = null)
{
    /// <summary>Largest message, and largest sum of a batch, in bytes as <see cref="Size"/> counts them.</summary>
    public const int MaximumSize = 1_048_576;

    private const string DataType = "String";

    // The only system attribute that a sender may set.
    private const string TraceHeader = "AWSTraceHeader";

    // Of types that a text does not tell.
    private IReadOnlyDictionary<string, AttributeValue>? Received { get; init; }

    private IReadOnlyDictionary<string, AttributeValue>? System { get; init; }

    /// <summary>Bytes of the body and of the names, types and values of the attributes.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Body) + (AllAttributes ?? new Dictionary<string, AttributeValue>())
        .Sum(a => Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(a.Value.DataType ?? "")
            + Encoding.UTF8.GetByteCount(a.Value.StringValue ?? "") + (a.Value.BinaryValue?.Length ?? 0));

    private IReadOnlyDictionary<string, AttributeValue>? AllAttributes =>
        Received ?? Attributes?.ToDictionary(a => a.Key, a => new AttributeValue(DataType, a.Value));

    /// <summary>The same message once more: its body, its attributes of all types, and its trace.</summary>
    public static OutgoingMessage Again(ReceivedMessage message) => new(message.Body)
    {
        Received = message.MessageAttributes,
        System = message.Attributes?.GetValueOrDefault(TraceHeader) is { } trace
            ? new Dictionary<string, AttributeValue> { [TraceHeader] = new(DataType, trace) }
            : null,
    };

    public SqsEntry ToEntry(string id) => new()
    {
        Id = id,
        MessageBody = Body,
        DelaySeconds = DelaySeconds,
        MessageAttributes = AllAttributes,
        MessageSystemAttributes = System,
    };
}

/// <summary>What became of one message: <paramref name="MessageId"/> when SQS has it, else the reason.</summary>
/// <param name="Failure">Null when confirmed. A message that is not confirmed may have arrived all the same.</param>
internal sealed record SendOutcome(string? MessageId, string? Failure)
{
    public bool Confirmed => MessageId is not null;
}
