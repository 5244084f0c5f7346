namespace PhotoLambda.Local.Sqs;

internal sealed partial class LocalQueue
{
    /// <param name="max">1 or more; the limit of ten is one of the API, not of the queue.</param>
    /// <param name="wait">How long to wait for a first message.</param>
    /// <param name="visibilitySeconds">0 to 43,200; null: as the queue says.</param>
    /// <param name="fits">Asked about each message in turn; the first refused ends batch and wait.</param>
    /// <exception cref="SqsError">Too many messages are in flight, or the queue is gone.</exception>
    public async Task<IReadOnlyList<Delivery>> ReceiveAsync(
        int max,
        TimeSpan wait,
        int? visibilitySeconds = null,
        Func<Message, bool>? fits = null,
        CancellationToken cancellationToken = default)
    {
        CheckVisibility(visibilitySeconds);
        var refused = false;
        Func<Message, bool> isWanted = fits is null ? _ => true : message => fits(message) || !(refused = true);
        var end = Now + (long)wait.TotalMilliseconds;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = Take(max, visibilitySeconds, isWanted, out var change, out var next);
            var left = Math.Min(end, next) - Now;
            if (taken.Count > 0 || refused || end <= Now)
            {
                return taken.Count > 0 || wait > TimeSpan.Zero || Counts().InFlight < InFlightLimit
                    ? taken
                    : throw SqsError.OverLimit();
            }

            await change.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(0, left)), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="change">Completes when something changed that may make a message visible.</param>
    /// <param name="next">When a hidden message becomes visible by itself.</param>
    private List<Delivery> Take(
        int max, int? visibilitySeconds, Func<Message, bool> isWanted, out Task change, out long next)
    {
        List<Delivery> taken;
        List<Message> dead = [];
        var policy = Settings.RedrivePolicy is { } p && p.DeadLetterTargetArn != Arn ? p : null;
        var deadLetters = policy is null ? null : byArn(policy.DeadLetterTargetArn);
        var maxReceives = deadLetters is null ? int.MaxValue : policy!.MaxReceiveCount;
        lock (_lock)
        {
            ThrowIfDeleted();
            var now = Now;
            store.Advance(now);
            var visibleAt = now + ((visibilitySeconds ?? Settings.VisibilityTimeout) * OneSecond);
            var room = Math.Min(max, InFlightLimit - store.Shelf.InFlight);
            var chosen = Choose(room, now, maxReceives, dead, isWanted);
            taken = store.HandOut(chosen, visibleAt, now);
            // Out of sight while they are moved; should the process die before, they are still here.
            dead.ForEach(m => store.Shelf.Place(m, now + OneMinute, inFlight: true, now));
            (change, next) = (_change.Task, store.Shelf.NextVisibleAt);
        }

        dead.ForEach(m => Bury(m, deadLetters!));
        return taken;
    }

    /// <param name="dead">Gets the messages that have been received that often.</param>
    private List<Message> Choose(
        int room, long now, int maxReceives, List<Message> dead, Func<Message, bool> isWanted)
    {
        var chosen = new List<Message>();
        foreach (var message in store.Shelf.Visible)
        {
            if (store.IsExpired(message, now))
            {
                continue;
            }

            if (message.ReceiveCount >= maxReceives && message.Second is not { IsDue: true })
            {
                dead.Add(message);
            }
            else if (chosen.Count < room && isWanted(message))
            {
                chosen.Add(message);
            }
            else
            {
                break;
            }
        }

        return chosen;
    }

    // Without this queue's lock, so that two queues that bury in each other cannot wait for one another.
    private void Bury(Message message, LocalQueue deadLetters)
    {
        try
        {
            deadLetters.Accept(message.AsDeadLetterOf(Arn));
        }
        catch (SqsError)
        {
            // The dead-letter queue was deleted just now: the message stays here.
            return;
        }

        lock (_lock)
        {
            if (!_deleted)
            {
                store.Remove([message]);
            }
        }
    }
}
