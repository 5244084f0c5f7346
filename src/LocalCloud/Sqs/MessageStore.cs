using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>The attributes and messages of one queue, in memory and in its journal.</summary>
/// <remarks>
/// Not safe for concurrent use. The journal is written first: what it could not take did not happen.
/// </remarks>
internal sealed class MessageStore : IDisposable
{
    private const long ExpiryInterval = 60_000;

    private readonly QueueJournal _journal;
    private long _nextExpiry;

    /// <param name="initial">The attributes when the journal is new.</param>
    /// <param name="declared">Wins over the attributes in the journal; null: those stay.</param>
    /// <param name="now">Milliseconds since 1970, as everywhere here.</param>
    public MessageStore(string path, StoredQueue initial, QueueResource? declared, long now)
    {
        Queue = initial;
        var known = false;
        _journal = new QueueJournal(path, record =>
        {
            known |= record.Queue is not null;
            Replay(record, now);
        });
        if (!known || (declared is not null && declared != Queue.Settings))
        {
            Configure(Queue with { Settings = declared ?? Queue.Settings });
        }

        CompactIfDue();
    }

    public StoredQueue Queue { get; private set; }

    public MessageShelf Shelf { get; } = new();

    public void Configure(StoredQueue queue)
    {
        _journal.Append(new QueueRecord(Queue: queue));
        Queue = queue;
    }

    public void Add(Message message, long now)
    {
        _journal.Append(new QueueRecord(Send: message));
        Shelf.Place(message, message.VisibleAt, inFlight: false, now);
    }

    public List<Delivery> HandOut(List<Message> messages, long visibleAt, long now)
    {
        var receipts = messages.ConvertAll(m => new Receipt(m.Id, m.ReceiveCount + 1, m.FirstReceivedAt ?? now));
        if (receipts.Count > 0)
        {
            _journal.AppendAll(receipts.Select(r => new QueueRecord(Receive: r)));
        }

        return [.. messages.Zip(receipts, (message, receipt) => HandOut(message, receipt, visibleAt, now))];
    }

    public void Remove(IReadOnlyCollection<Message> messages)
    {
        if (messages.Count > 0)
        {
            _journal.AppendAll(messages.Select(m => new QueueRecord(Delete: m.Id)));
        }

        foreach (var message in messages)
        {
            Shelf.Remove(message);
        }

        CompactIfDue();
    }

    public void Clear()
    {
        _journal.Rewrite([new QueueRecord(Queue: Queue)]);
        Shelf.Clear();
    }

    /// <summary>Shows the messages whose time has come and, now and then, forgets those past their retention.</summary>
    public void Advance(long now)
    {
        Shelf.Advance(now);
        if (now >= _nextExpiry)
        {
            _nextExpiry = now + ExpiryInterval;
            Remove([.. Shelf.All.Where(m => IsExpired(m, now))]);
        }
    }

    public bool IsExpired(Message message, long now) =>
        message.SentAt + (Queue.Settings.MessageRetentionPeriod * 1_000L) <= now;

    public void Delete() => _journal.Delete();

    public void Dispose() => _journal.Dispose();

    private Delivery HandOut(Message message, Receipt receipt, long visibleAt, long now)
    {
        (message.ReceiveCount, message.FirstReceivedAt) = (receipt.Count, receipt.FirstAt);
        Shelf.Place(message, message.Second?.HandOut(now) ?? visibleAt, inFlight: true, now);
        var handle = new ReceiptHandle(message.Id, receipt.Count).Format(Queue.Settings.QueueName);
        return new Delivery(message, handle, receipt.Count, receipt.FirstAt);
    }

    private void CompactIfDue() => _journal.CompactIfDue(
        Shelf.All.Count,
        () => Shelf.All.Select(m => new QueueRecord(Send: m)).Prepend(new QueueRecord(Queue: Queue)));

    private void Replay(QueueRecord record, long now)
    {
        if (record.Queue is { } queue)
        {
            Queue = queue;
        }
        else if (record.Send is { } message)
        {
            // A message that was in flight when it was written becomes visible at once; one that is delayed does not.
            Shelf.Place(message, message.ReceiveCount > 0 ? now : message.VisibleAt, inFlight: false, now);
        }
        else if (record.Receive is { } receipt && Shelf.Find(receipt.Id) is { } received)
        {
            (received.ReceiveCount, received.FirstReceivedAt) = (receipt.Count, receipt.FirstAt);
        }
        else if (record.Delete is { } id && Shelf.Find(id) is { } deleted)
        {
            Shelf.Remove(deleted);
        }
    }
}
