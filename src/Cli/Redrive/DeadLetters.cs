using System.Text.Json;
using PhotoLambda.Cli.Backfill;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Redrive;

/// <summary>Messages that were received too often, on their way back.</summary>
internal sealed class DeadLetters(QueueClient from, QueueClient to, Progress progress)
{
    private const int Loops = 4;

    // Longer than it takes to send them: until then nobody else receives them.
    private const int HiddenSeconds = 60;

    private readonly BulkQueue _to = new(to);
    private int _left;
    private int _moved;

    /// <returns>Where messages go that were received too often from this queue.</returns>
    /// <exception cref="CommandException">It has no such queue.</exception>
    public static async Task<string> UrlOfAsync(QueueClient queue, string name, CancellationToken cancellation)
    {
        var attributes = await queue.AttributesAsync(cancellation);
        using var policy = JsonDocument.Parse(attributes.GetValueOrDefault("RedrivePolicy") ?? "{}");
        var arn = policy.RootElement.TryGetProperty("deadLetterTargetArn", out var value) ? value.GetString() : null;
        return arn is not null
            ? await queue.UrlOfAsync(arn[(arn.LastIndexOf(':') + 1)..], cancellation)
            : throw new CommandException($"The queue '{name}' has no dead-letter queue: its RedrivePolicy names none. "
                + "Give --from and --to.");
    }

    /// <returns>How many messages somebody has received and not deleted, approximately.</returns>
    public async Task<int> HiddenAsync(CancellationToken cancellation)
    {
        var attributes = await from.AttributesAsync(cancellation);
        return int.TryParse(attributes.GetValueOrDefault("ApproximateNumberOfMessagesNotVisible"), out var count)
            ? count
            : 0;
    }

    /// <summary>Sends each message before it is deleted: stopped or killed at any point, none is lost.</summary>
    /// <returns>How many were moved.</returns>
    /// <exception cref="CommandException">The queue does not take them; the rest stays where it is.</exception>
    /// <exception cref="StoppedException">The user stopped it.</exception>
    public async Task<int> MoveAsync(int limit, CancellationToken cancellation)
    {
        _left = limit;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Loops).Select(_ => MoveSomeAsync(cancellation)));
            return _moved;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException($"Stopped after {Shown.Count(_moved, "message")}; the others are where they "
                + $"were, some hidden for up to {HiddenSeconds} s.");
        }
    }

    private async Task MoveSomeAsync(CancellationToken cancellation)
    {
        while (Reserve() is > 0 and var room)
        {
            // A long poll asks all of SQS's servers: what it does not find is not there, or hidden.
            var messages = await from.ReceiveAsync(room, waitSeconds: 2, HiddenSeconds, cancellation);
            Interlocked.Add(ref _left, room - messages.Count);
            if (messages.Count == 0)
            {
                return;
            }

            var outcomes = await _to.SendAsync([.. messages.Select(OutgoingMessage.Again)], cancellation);
            // Not to be stopped: what was sent and stays here would come twice.
            await Task.WhenAll(messages.Where((_, i) => outcomes[i].Confirmed)
                .Select(m => from.DeleteAsync(m.ReceiptHandle, CancellationToken.None)));
            Interlocked.Add(ref _moved, outcomes.Count(o => o.Confirmed));
            cancellation.ThrowIfCancellationRequested();
            if (Array.Find(outcomes, o => !o.Confirmed) is { } lost)
            {
                throw new CommandException($"The queue does not take messages: {lost.Failure}. "
                    + $"{Shown.Count(_moved, "message")} moved; the others stay dead letters.");
            }

            progress.Show(() => $"{Shown.Count(_moved, "message")} moved …");
        }
    }

    /// <returns>How many messages may be received, 0 to 10.</returns>
    private int Reserve()
    {
        const int most = 10;
        var after = Interlocked.Add(ref _left, -most);
        if (after >= 0)
        {
            return most;
        }

        var room = Math.Max(0, most + after);
        Interlocked.Add(ref _left, most - room);
        return room;
    }
}
