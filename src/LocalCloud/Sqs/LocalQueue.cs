using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Template;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

internal sealed record QueueCounts(int Visible, int InFlight, int Delayed);

/// <summary>
/// A standard queue: delivery at least once, in no promised order. A message that <see cref="Send"/> accepted is
/// there after the process was killed; one in flight at that moment is visible at once, as its consumer is gone too.
/// </summary>
/// <param name="byArn">Finds the dead-letter queue.</param>
/// <param name="chaos">What is to go wrong with messages; null: nothing ever.</param>
internal sealed partial class LocalQueue(
    string url, MessageStore store, Func<string, LocalQueue?> byArn, TimeProvider time, ChaosSwitch? chaos)
    : IDisposable
{
    /// <summary>Messages that consumers may hold at once.</summary>
    public const int InFlightLimit = 120_000;

    private const int MaximumVisibility = 43_200;
    private const long OneSecond = 1_000;
    private const long OneMinute = 60_000;

    private readonly Lock _lock = new();
    private TaskCompletionSource _change = NewSignal();
    private long _nextPurge;
    private bool _deleted;

    public string Url => url;

    public QueueResource Settings => store.Queue.Settings;

    public string Name => Settings.QueueName;

    public string Arn => CloudIdentity.QueueArn(Name);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public StoredQueue Stored => store.Queue;

    public QueueCounts Counts()
    {
        lock (_lock)
        {
            store.Advance(Now);
            return new QueueCounts(store.Shelf.Visible.Count, store.Shelf.InFlight, store.Shelf.Delayed);
        }
    }

    /// <param name="change">Gives the new attributes from those of now.</param>
    public void Configure(Func<StoredQueue, StoredQueue> change)
    {
        lock (_lock)
        {
            ThrowIfDeleted();
            store.Configure(change(store.Queue));
        }
    }

    /// <param name="delaySeconds">0 to 900; null: the queue's own delay.</param>
    /// <param name="traceHeader">The <c>AWSTraceHeader</c> system attribute.</param>
    /// <exception cref="SqsError">The message is empty or too large, or has what SQS refuses.</exception>
    public Message Send(
        string? body,
        IReadOnlyDictionary<string, AttributeValue>? attributes = null,
        int? delaySeconds = null,
        string? traceHeader = null)
    {
        MessageRules.Check(body, attributes, delaySeconds, Settings.MaximumMessageSize);
        var now = Now;
        var message = new Message
        {
            Id = Guid.NewGuid().ToString(),
            Body = body!,
            Attributes = attributes,
            TraceHeader = traceHeader,
            SentAt = now,
            VisibleAt = now + ((delaySeconds ?? Settings.DelaySeconds) * OneSecond),
        };
        Accept(message, chaos?.Current);
        return message;
    }

    /// <summary>Removes messages, except those that were received again since, or are gone already.</summary>
    /// <exception cref="SqsError">A handle is not one of this queue; nothing is removed then.</exception>
    public void Delete(params IReadOnlyCollection<string> receiptHandles)
    {
        List<ReceiptHandle> handles = [.. receiptHandles.Select(h => ReceiptHandle.Parse(Name, h))];
        lock (_lock)
        {
            ThrowIfDeleted();
            store.Remove([.. handles.Select(Received).OfType<Message>()]);
        }
    }

    /// <param name="seconds">0 to 43,200 from now; 0: visible at once.</param>
    /// <exception cref="SqsError">The handle is not one of this queue, or its message is not in flight.</exception>
    public void ChangeVisibility(string receiptHandle, int seconds)
    {
        CheckVisibility(seconds);
        var handle = ReceiptHandle.Parse(Name, receiptHandle);
        lock (_lock)
        {
            ThrowIfDeleted();
            var now = Now;
            store.Advance(now);
            var message = store.Shelf.Find(handle.MessageId) ?? throw SqsError.Invalid("ReceiptHandle", receiptHandle,
                "Message does not exist or is not available for visibility timeout change.");
            if (message.Second is { IsDue: true })
            {
                return;
            }

            if (!message.InFlight || message.ReceiveCount != handle.ReceiveCount)
            {
                throw SqsError.NotInFlight();
            }

            store.Shelf.Place(message, now + (seconds * OneSecond), inFlight: true, now);
            Signal();
        }
    }

    /// <summary>Removes every message, those in flight too; once a minute at most.</summary>
    public void Purge()
    {
        lock (_lock)
        {
            ThrowIfDeleted();
            var now = Now;
            if (now < _nextPurge)
            {
                throw SqsError.PurgeInProgress();
            }

            _nextPurge = now + OneMinute;
            store.Clear();
        }
    }

    /// <summary>Ends the queue and deletes its file.</summary>
    public void Discard()
    {
        lock (_lock)
        {
            ThrowIfDeleted();
            _deleted = true;
            store.Delete();
            Signal();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            store.Dispose();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void CheckVisibility(int? seconds)
    {
        if (seconds is < 0 or > MaximumVisibility)
        {
            throw SqsError.Invalid("VisibilityTimeout", seconds, "It must be between 0 and 43200.");
        }
    }

    /// <returns>Null when the message is gone, was received again since, or is about to be delivered twice.</returns>
    private Message? Received(ReceiptHandle handle) =>
        store.Shelf.Find(handle.MessageId) is { Second: not { IsDue: true } } message
        && message.ReceiveCount == handle.ReceiveCount
            ? message
            : null;

    private void Accept(Message message, ChaosRun? run = null)
    {
        lock (_lock)
        {
            ThrowIfDeleted();
            run?.Decide(message, Settings.LogicalId);
            store.Add(message, Now);
            Signal();
        }
    }

    private void Signal()
    {
        _change.TrySetResult();
        _change = NewSignal();
    }

    private void ThrowIfDeleted()
    {
        if (_deleted)
        {
            throw SqsError.NoQueue();
        }
    }
}
