using System.Threading.Channels;

namespace PhotoLambda.Local.S3;

/// <summary>Hands a message to a queue or function. Throws when it could not.</summary>
internal delegate ValueTask DeliverNotification(
    string targetArn, string eventJson, CancellationToken cancellation);

/// <summary>
/// Delivers what the journal says is owed, at least once, beside the request that caused it, and tries again after a
/// failure for as long as it takes.
/// </summary>
internal sealed class Notifier(
    StoreLog log, NotificationRules rules, DeliverNotification deliver, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Channel<Func<Task>> _queue = Channel.CreateUnbounded<Func<Task>>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private Task _pump = Task.CompletedTask;

    /// <summary>Begins with new targets' test messages and what an earlier run did not get rid of.</summary>
    public void Start()
    {
        var (tests, owed) = log.Read(state => (
            rules.TestTargets.Where(target => !state.IsTested(target)).ToList(), state.Owed.ToList()));
        tests.ForEach(target => _queue.Writer.TryWrite(() => TestAsync(target)));
        owed.ForEach(Publish);
        _pump = Task.Run(PumpAsync);
    }

    public void Publish(ObjectEvent item) => _queue.Writer.TryWrite(() => DeliverAsync(item));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _pump;
        _stopping.Dispose();
    }

    private async Task PumpAsync()
    {
        var running = new List<Task>();
        await foreach (var start in _queue.Reader.ReadAllAsync())
        {
            // Started in the order of the commits; one that has to wait does not hold up those behind it.
            running.Add(start());
            if (running.Count >= 256)
            {
                running.RemoveAll(task => task.IsCompleted);
            }
        }

        await Task.WhenAll(running);
    }

    private async Task DeliverAsync(ObjectEvent item)
    {
        var delivered = true;
        foreach (var (rule, id) in rules.Matching(item))
        {
            delivered &= await TryUntilDoneAsync(rule.TargetArn, EventDocument.Of(item, id));
        }

        if (delivered)
        {
            log.Write(_ => new EventDelivered(item.Sequencer));
        }
    }

    private async Task TestAsync(TargetTested target)
    {
        var document = EventDocument.Test(target.Bucket, clock.GetUtcNow(), Guid.NewGuid().ToString("n"));
        if (await TryUntilDoneAsync(target.TargetArn, document))
        {
            log.Write(_ => target);
        }
    }

    /// <returns>False when the store was closed before the message could be delivered.</returns>
    private async Task<bool> TryUntilDoneAsync(string targetArn, string document)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                _stopping.Token.ThrowIfCancellationRequested();
                await deliver(targetArn, document, _stopping.Token);
                return true;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception)
            {
                // Whatever is wrong with the target: the object is stored, and the message stays owed.
                if (!await WaitAsync(delay))
                {
                    return false;
                }
            }
        }
    }

    private async Task<bool> WaitAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, clock, _stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
