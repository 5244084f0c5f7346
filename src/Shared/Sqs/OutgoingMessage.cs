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

    /// <summary>Bytes of the body and of the names, types and values of the attributes.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Body) + (Attributes ?? new Dictionary<string, string>()).Sum(a =>
        Encoding.UTF8.GetByteCount(a.Key) + DataType.Length + Encoding.UTF8.GetByteCount(a.Value));

    public SqsEntry ToEntry(string id) => new()
    {
        Id = id,
        MessageBody = Body,
        DelaySeconds = DelaySeconds,
        MessageAttributes = Attributes?.ToDictionary(a => a.Key, a => new AttributeValue(DataType, a.Value)),
    };
}

/// <summary>What became of one message: <paramref name="MessageId"/> when SQS has it, else the reason.</summary>
/// <param name="Failure">Null when confirmed. A message that is not confirmed may have arrived all the same.</param>
internal sealed record SendOutcome(string? MessageId, string? Failure)
{
    public bool Confirmed => MessageId is not null;
}
