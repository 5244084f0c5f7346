using System.Globalization;

namespace PhotoLambda.Sqs;

/// <summary>Up to ten messages of one request; the outcomes of a call are shared by its batches.</summary>
internal sealed class SendBatch
{
    private const int MaximumEntries = 10;

    private readonly SendOutcome?[] _outcomes;
    private readonly List<SqsEntry> _pending = [];

    private SendBatch(SendOutcome?[] outcomes) => _outcomes = outcomes;

    /// <summary>The entries that SQS has neither confirmed nor refused for good.</summary>
    public IReadOnlyList<SqsEntry> Pending => _pending;

    /// <summary>Batches within the limits of SQS. A message over the limit gets its outcome at once.</summary>
    public static IEnumerable<SendBatch> Split(IReadOnlyList<OutgoingMessage> messages, SendOutcome?[] outcomes)
    {
        var batch = new SendBatch(outcomes);
        var size = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            var next = messages[i].Size;
            if (next > OutgoingMessage.MaximumSize)
            {
                outcomes[i] = new(null, $"{next} bytes; a message has at most {OutgoingMessage.MaximumSize}");
                continue;
            }

            if (batch._pending.Count == MaximumEntries || size + next > OutgoingMessage.MaximumSize)
            {
                yield return batch;
                (batch, size) = (new SendBatch(outcomes), 0);
            }

            batch._pending.Add(messages[i].ToEntry(i.ToString(CultureInfo.InvariantCulture)));
            size += next;
        }

        if (batch._pending.Count > 0)
        {
            yield return batch;
        }
    }

    public void Record(SqsAnswer answer)
    {
        foreach (var success in answer.Successful ?? [])
        {
            Settle(success.Id, new SendOutcome(success.MessageId ?? "", null), final: true);
        }

        foreach (var failure in answer.Failed ?? [])
        {
            Settle(failure.Id, new SendOutcome(null, $"{failure.Code}: {failure.Message}"), failure.SenderFault);
        }

        // An answer that leaves an entry out confirms nothing.
        foreach (var index in _pending.Select(IndexOf).Where(i => _outcomes[i] is null))
        {
            _outcomes[index] = new SendOutcome(null, "SQS did not say what became of it");
        }
    }

    /// <summary>Gives every message that is still pending this reason.</summary>
    public void Fail(string reason) =>
        _pending.ForEach(entry => _outcomes[IndexOf(entry)] = new SendOutcome(null, reason));

    private void Settle(string id, SendOutcome outcome, bool final)
    {
        if (_pending.Find(e => e.Id == id) is { } entry)
        {
            _outcomes[IndexOf(entry)] = outcome;
            if (final)
            {
                _pending.Remove(entry);
            }
        }
    }

    private static int IndexOf(SqsEntry entry) => int.Parse(entry.Id!, CultureInfo.InvariantCulture);
}
