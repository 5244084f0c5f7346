using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>One line of a queue's journal; the member that is not null tells what happened.</summary>
/// <param name="Queue">Its attributes were set.</param>
/// <param name="Send">A message was accepted.</param>
/// <param name="Receive">It was handed to a consumer.</param>
/// <param name="Delete">The id of a message that is done with.</param>
internal sealed record QueueRecord(
    StoredQueue? Queue = null, Message? Send = null, Receipt? Receive = null, string? Delete = null)
{
    public static QueueRecord Parse(ReadOnlyMemory<byte> line) =>
        JsonSerializer.Deserialize(line.Span, QueueJson.Compact.QueueRecord)!;

    public byte[] Format() => JsonSerializer.SerializeToUtf8Bytes(this, QueueJson.Compact.QueueRecord);
}

/// <param name="CreatedAt">Seconds since 1970, as <c>ModifiedAt</c>.</param>
/// <param name="Opaque">Attributes that are kept and told but change nothing here, such as <c>Policy</c>.</param>
internal sealed record StoredQueue(
    QueueResource Settings, long CreatedAt, long ModifiedAt, IReadOnlyDictionary<string, string> Opaque);

/// <param name="Count">How often the message has been received, this time included.</param>
/// <param name="FirstAt">Milliseconds since 1970.</param>
internal sealed record Receipt(string Id, int Count, long FirstAt);

[JsonSerializable(typeof(QueueRecord))]
internal sealed partial class QueueJson : JsonSerializerContext
{
    public static QueueJson Compact { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
