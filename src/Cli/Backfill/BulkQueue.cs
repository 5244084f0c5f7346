using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Sends messages until the queue has confirmed them.</summary>
internal sealed class BulkQueue(QueueClient queue)
{
    public const string Variable = "PHOTOLAMBDA_BULK_QUEUE_URL";

    // The client has tried four times by then, within a second and a half; a queue that fails over takes longer.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];

    /// <summary>A message that is not confirmed is sent again, so that it may come twice.</summary>
    /// <returns>One outcome for each message, in their order.</returns>
    public async Task<SendOutcome[]> SendAsync(
        IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellation)
    {
        var outcomes = new SendOutcome[messages.Count];
        int[] left = [.. Enumerable.Range(0, messages.Count)];
        for (var round = 0; ; round++)
        {
            var some = await queue.SendBatchAsync(
                Array.ConvertAll(left, i => messages[i]), cancellationToken: cancellation);
            for (var i = 0; i < left.Length; i++)
            {
                outcomes[left[i]] = some[i];
            }

            left = Array.FindAll(left, i => !outcomes[i].Confirmed);
            if (left.Length == 0 || round == Pauses.Length || cancellation.IsCancellationRequested)
            {
                return outcomes;
            }

            await Task.Delay(Pauses[round], cancellation);
        }
    }
}
