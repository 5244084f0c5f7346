using System.Text;
using PhotoLambda.Bulk;

namespace PhotoLambda.BulkIngest;

/// <summary>Where a descriptor came from.</summary>
/// <param name="Message">Its number in the batch.</param>
/// <param name="Number">Of the descriptor in the message, counted from 0; -1: the message as a whole.</param>
/// <param name="Json">As it came.</param>
internal readonly record struct Descriptor(int Message, int Number, ReadOnlyMemory<byte> Json);

/// <summary>A message of the batch, and where it belongs.</summary>
internal readonly record struct Message(
    ReadOnlyMemory<byte> Id, string? OrganizationId, Guid? BatchId, int Part, int Rows);

/// <summary>The messages of one invocation and what is known of each of their descriptors.</summary>
internal sealed class IngestBatch(CopyRows rows)
{
    private readonly List<Message> _messages = [];
    private readonly List<Descriptor> _descriptors = [];
    private readonly List<(Descriptor Descriptor, Reject Why)> _rejects = [];

    // The messages of a batch are mostly one organization's.
    private (byte[] Utf8, string Text) _organization = ([], "");

    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>One for each row, in the order of the rows.</summary>
    public IReadOnlyList<Descriptor> Descriptors => _descriptors;

    public IReadOnlyList<(Descriptor Descriptor, Reject Why)> Rejects => _rejects;

    /// <returns>The number of the message.</returns>
    public int Begin(ReadOnlyMemory<byte> messageId)
    {
        _messages.Add(new Message(messageId, null, null, 0, 0));
        return _messages.Count - 1;
    }

    public void Add(Descriptor descriptor) => _descriptors.Add(descriptor);

    public void Reject(Descriptor descriptor, Reject why) => _rejects.Add((descriptor, why));

    public void EndMessage(int message, MessageHead head, int count) => _messages[message] = _messages[message] with
    {
        OrganizationId = Organization(head.OrganizationId.Span),
        BatchId = head.BatchId,
        Part = head.Part,
        Rows = count,
    };

    public void RejectMessage(int message, MessageHead head, Reject why, ReadOnlyMemory<byte> body)
    {
        EndMessage(message, head, 1);
        Reject(new Descriptor(message, -1, body), why);
    }

    public (int Rows, int Rejects) Mark() => (rows.Count, _rejects.Count);

    /// <summary>Forgets what came since the mark was taken.</summary>
    public void Reset((int Rows, int Rejects) mark)
    {
        rows.Truncate(mark.Rows);
        _descriptors.RemoveRange(mark.Rows, _descriptors.Count - mark.Rows);
        _rejects.RemoveRange(mark.Rejects, _rejects.Count - mark.Rejects);
    }

    private string? Organization(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_organization.Utf8))
        {
            _organization = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        }

        return utf8.IsEmpty ? null : _organization.Text;
    }
}
