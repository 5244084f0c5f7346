using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Bulk;

/// <summary>A message of a batch, as <c>docs/bulk.md</c> has it.</summary>
/// <param name="Part">Its number in the batch, from 0.</param>
/// <param name="Rows">How many descriptors it has.</param>
/// <param name="Body">JSON.</param>
internal sealed record BulkMessage(int Part, int Rows, string Body);

/// <summary>
/// Gathers descriptors into the messages of a batch. The cut depends on the descriptors alone: the same ones, sent
/// again, are the same parts, and a part that was dealt with may be left out.
/// </summary>
/// <param name="userId">Who uploaded what no descriptor says; null: nobody who is known.</param>
/// <param name="inspect">Whether the objects are read; else what the descriptors tell stays.</param>
internal sealed class BulkMessages(
    string organizationId, Guid batchId, string? userId = null, string? correlationId = null, bool inspect = true)
{
    /// <summary>Of a descriptor, in bytes: twice what one of the longest texts has.</summary>
    public const int LongestDescriptor = 128 * 1024;

    private const int MostDescriptors = 250;

    // With the head in front, which has less than 5 KiB, it is a quarter of what SQS takes: what a message fails with
    // has few victims, and several share a request.
    private const int MostBytes = 250 * 1024;

    // What is beyond ASCII stays as short as it is.
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _body = new(MostBytes);
    private int _count;
    private int _bytes;

    /// <summary>Messages that were begun.</summary>
    public int Parts { get; private set; }

    /// <param name="descriptors">JSON objects of at most <see cref="LongestDescriptor"/> bytes.</param>
    public IEnumerable<BulkMessage> Cut(IEnumerable<string> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            if (Add(Encoding.UTF8.GetBytes(descriptor)) is { } full)
            {
                yield return full;
            }
        }

        if (End() is { } last)
        {
            yield return last;
        }
    }

    /// <param name="descriptor">A JSON object of at most <see cref="LongestDescriptor"/> bytes.</param>
    /// <returns>The message that has no room for it; null when it had.</returns>
    public BulkMessage? Add(ReadOnlySpan<byte> descriptor)
    {
        var isFull = _count == MostDescriptors || (_count > 0 && _bytes + descriptor.Length + 1 > MostBytes);
        var full = isFull ? End() : null;
        if (_count++ == 0)
        {
            Begin();
        }
        else
        {
            _body.Write(","u8);
        }

        _body.Write(descriptor);
        _bytes += descriptor.Length + 1;
        return full;
    }

    /// <returns>The last message; null when there is none.</returns>
    public BulkMessage? End()
    {
        if (_count == 0)
        {
            return null;
        }

        _body.Write("]}"u8);
        var message = new BulkMessage(Parts - 1, _count, Sendable(_body.WrittenSpan));
        _body.ResetWrittenCount();
        (_count, _bytes) = (0, 0);
        return message;
    }

    private void Begin()
    {
        using var json = new Utf8JsonWriter(_body, Plain);
        json.WriteStartObject();
        json.WriteNumber("version"u8, 1);
        json.WriteString("organization_id"u8, organizationId);
        json.WriteString("batch_id"u8, batchId);
        json.WriteNumber("part"u8, Parts++);
        json.WriteString("user_id"u8, userId);
        json.WriteString("correlation_id"u8, correlationId);
        json.WriteBoolean("inspect"u8, inspect);
        json.WriteStartArray("photos"u8);
    }

    /// <summary>
    /// These two alone are in JSON and not among the characters that SQS takes as they are
    /// (AWSSimpleQueueService/latest/APIReference/API_SendMessage.html); they can only stand in texts.
    /// </summary>
    private static string Sendable(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8)
        .Replace("\uFFFE", "\\uFFFE", StringComparison.Ordinal)
        .Replace("\uFFFF", "\\uFFFF", StringComparison.Ordinal);
}
