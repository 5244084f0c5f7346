using PhotoLambda.Bulk;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Sends descriptors of objects, a few messages behind the listing.</summary>
internal sealed class Registration(BulkQueue queue, BulkMessages messages, DescriptorWriter writer, Sieve sieve,
    Progress progress)
{
    // Of one call: four requests of 1 MiB at a time.
    private const int Together = 40;

    private readonly List<BulkMessage> _ready = [];
    private Task _sending = Task.CompletedTask;

    /// <summary>Descriptors that the queue has confirmed.</summary>
    public long Sent { get; private set; }

    /// <exception cref="CommandException">The queue has not confirmed all that it was sent.</exception>
    public async Task RunAsync(IAsyncEnumerable<FoundObject> objects, CancellationToken cancellation)
    {
        try
        {
            await foreach (var found in objects.WithCancellation(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (sieve.TypeOf(found) is { } type && messages.Add(writer.Write(found, type)) is { } full)
                {
                    await SendLaterAsync(full, cancellation);
                }

                progress.Show(() => $"{Shown.Count(sieve.Found, "object")} found, {Shown.Count(Sent)} sent …");
            }

            if (messages.End() is { } last)
            {
                _ready.Add(last);
            }

            await SendReadyAsync(cancellation);
        }
        finally
        {
            // Whatever ended it: how much was sent is told.
            await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _sending;
    }

    private async Task SendLaterAsync(BulkMessage message, CancellationToken cancellation)
    {
        _ready.Add(message);
        if (_ready.Count == Together)
        {
            await SendReadyAsync(cancellation);
        }
    }

    private async Task SendReadyAsync(CancellationToken cancellation)
    {
        await _sending;
        _sending = SendAsync([.. _ready], cancellation);
        _ready.Clear();
    }

    private async Task SendAsync(BulkMessage[] some, CancellationToken cancellation)
    {
        var outcomes = await queue.SendAsync(
            Array.ConvertAll(some, m => new OutgoingMessage(m.Body)), cancellation);
        Sent += some.Where((_, i) => outcomes[i].Confirmed).Sum(m => (long)m.Rows);
        cancellation.ThrowIfCancellationRequested();
        if (Array.Find(outcomes, o => !o.Confirmed) is { } lost)
        {
            throw new CommandException($"The queue does not take messages: {lost.Failure}.");
        }
    }
}
