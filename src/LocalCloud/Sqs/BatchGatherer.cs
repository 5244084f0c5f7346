using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>Gathers the messages of one invocation: up to the batch size, the window and the largest payload.</summary>
internal sealed class BatchGatherer(LocalQueue queue, QueueMapping mapping, TimeProvider time)
{
    /// <summary>Lambda's limit of a synchronous payload, less the frame of the event.</summary>
    private const int MaximumPayload = (6 * 1024 * 1024) - 1024;

    private static readonly TimeSpan LongPoll = TimeSpan.FromHours(1);

    private readonly int _frame = SqsEvent.FrameOf(queue.Arn);

    /// <summary>Waits for a first message, then as long as the window lasts for more.</summary>
    public async Task<List<Delivery>> GatherAsync(CancellationToken cancellationToken)
    {
        List<Delivery> batch = [];
        var (size, isFull) = (0, false);
        bool Fits(Message message)
        {
            var next = _frame + SqsEvent.SizeOf(message);
            isFull = size > 0 && size + next > MaximumPayload;
            size += isFull ? 0 : next;
            return !isFull;
        }

        Task<IReadOnlyList<Delivery>> ReceiveAsync(TimeSpan wait) => queue.ReceiveAsync(
            mapping.BatchSize - batch.Count, wait, visibilitySeconds: null, Fits, cancellationToken);

        try
        {
            while (batch.Count == 0)
            {
                batch.AddRange(await ReceiveAsync(LongPoll));
            }

            var end = time.GetUtcNow() + TimeSpan.FromSeconds(mapping.MaximumBatchingWindowInSeconds);
            while (batch.Count < mapping.BatchSize && !isFull
                && end - time.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                batch.AddRange(await ReceiveAsync(left));
            }

            return batch;
        }
        catch (OperationCanceledException)
        {
            Release(batch);
            throw;
        }
    }

    /// <summary>Shows messages again at once that no function will handle now.</summary>
    public void Release(List<Delivery> batch)
    {
        foreach (var delivery in batch)
        {
            try
            {
                queue.ChangeVisibility(delivery.ReceiptHandle, 0);
            }
            catch (SqsError)
            {
                // Its visibility timeout ran out just before, which does the same.
            }
        }
    }
}
