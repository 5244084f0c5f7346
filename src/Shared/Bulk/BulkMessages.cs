using System.Text;
using System.Text.Json;

namespace PhotoLambda.Bulk;

/// <summary>A message of a batch, as <c>docs/bulk.md</c> has it.</summary>
/// <param name="Part">Its number in the batch, from 0.</param>
/// <param name="Rows">How many descriptors it has.</param>
/// <param name="Body">JSON.</param>
internal readonly record struct BulkMessage(int Part, int Rows, string Body);

/// <summary>Writes descriptors into the messages of a batch.</summary>
/// <param name="UserId">Who uploaded what no descriptor says; null: nobody who is known.</param>
/// <param name="Inspect">Whether the objects are read; else what the descriptors tell stays.</param>
internal sealed record BulkMessages(
    string OrganizationId, Guid BatchId, string? UserId, string? CorrelationId, bool Inspect)
{
    /// <summary>Of a descriptor, in bytes: twice what one of the longest texts has.</summary>
    public const int LongestDescriptor = 128 * 1024;

    private const int MostDescriptors = 250;

    // With the head in front, which has less than 5 KiB, it is a quarter of what SQS takes: what a message fails with
    // has few victims, and several share a request.
    private const int MostBytes = 250 * 1024;

    /// <summary>
    /// The cut depends on the descriptors alone: the same ones, sent again, are the same parts, and a part that was
    /// dealt with may be left out.
    /// </summary>
    /// <param name="descriptors">JSON objects of at most <see cref="LongestDescriptor"/> bytes.</param>
    public IEnumerable<BulkMessage> Cut(IEnumerable<string> descriptors)
    {
        var (part, bytes) = (0, 0);
        var some = new List<string>(MostDescriptors);
        foreach (var descriptor in descriptors)
        {
            var length = Encoding.UTF8.GetByteCount(descriptor) + 1;
            if (some.Count == MostDescriptors || (some.Count > 0 && bytes + length > MostBytes))
            {
                yield return Write(part++, some);
                some.Clear();
                bytes = 0;
            }

            some.Add(descriptor);
            bytes += length;
        }

        if (some.Count > 0)
        {
            yield return Write(part, some);
        }
    }

    private BulkMessage Write(int part, List<string> descriptors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, 1);
            json.WriteString("organization_id"u8, OrganizationId);
            json.WriteString("batch_id"u8, BatchId);
            json.WriteNumber("part"u8, part);
            json.WriteString("user_id"u8, UserId);
            json.WriteString("correlation_id"u8, CorrelationId);
            json.WriteBoolean("inspect"u8, Inspect);
            json.WriteStartArray("photos"u8);
            foreach (var descriptor in descriptors)
            {
                json.WriteRawValue(descriptor, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new BulkMessage(part, descriptors.Count, Sendable(buffer));
    }

    /// <summary>
    /// These two alone are in JSON and not among the characters that SQS takes as they are
    /// (AWSSimpleQueueService/latest/APIReference/API_SendMessage.html); they can only stand in texts.
    /// </summary>
    private static string Sendable(MemoryStream utf8) =>
        Encoding.UTF8.GetString(utf8.GetBuffer(), 0, (int)utf8.Length)
            .Replace("\uFFFE", "\\uFFFE", StringComparison.Ordinal)
            .Replace("\uFFFF", "\\uFFFF", StringComparison.Ordinal);
}
