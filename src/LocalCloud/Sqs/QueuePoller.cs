using Microsoft.Extensions.Logging;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>An event source mapping: hands the messages of a queue to a function, in batches, as Lambda does.</summary>
/// <param name="invoke">Invokes the function; may throw when it could not be started.</param>
internal sealed partial class QueuePoller(
    LocalQueue queue,
    QueueMapping mapping,
    Func<byte[], CancellationToken, Task<InvocationResult>> invoke,
    TimeProvider time,
    ILogger<QueuePoller> logger)
{
    /// <summary>As many batches at once as Lambda begins with, when the template sets no maximum.</summary>
    private const int DefaultConcurrency = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly BatchGatherer _gatherer = new(queue, mapping, time);
    private int _failuresInARow;

    /// <summary>
    /// Polls until cancelled, then ends when the batches under way have. A batch waits for a free slot before it
    /// takes messages, so that none ages in flight; the batches in parallel become more only while there is backlog.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(mapping.MaximumConcurrency ?? DefaultConcurrency);
        List<Task> running = [];
        try
        {
            while (true)
            {
                await slots.WaitAsync(cancellationToken);
                await PauseAfterFailuresAsync(cancellationToken);
                var batch = await _gatherer.GatherAsync(cancellationToken);
                running.RemoveAll(t => t.IsCompleted);
                running.Add(HandleAsync(batch, slots, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (SqsError e)
        {
            Log.QueueGone(logger, queue.Name, e.Message);
        }

        await Task.WhenAll(running);
    }

    private async Task HandleAsync(List<Delivery> batch, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        try
        {
            var failed = await InvokeAsync(batch, cancellationToken);
            queue.Delete([.. batch.Where(d => !failed.Contains(d.Message.Id)).Select(d => d.ReceiptHandle)]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _gatherer.Release(batch);
        }
        // The boundary of a batch: whatever went wrong, its messages come back after their visibility timeout.
        catch (Exception e)
        {
            Interlocked.Increment(ref _failuresInARow);
            Log.BatchFailed(logger, queue.Name, batch.Count, e.Message);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <returns>The ids of the messages that failed.</returns>
    private async Task<HashSet<string>> InvokeAsync(List<Delivery> batch, CancellationToken cancellationToken)
    {
        var result = await invoke(SqsEvent.Format(batch, queue.Arn), cancellationToken);
        var ids = batch.Select(d => d.Message.Id).ToHashSet();
        if (!result.Succeeded)
        {
            CountFailure(result);
            Log.BatchFailed(logger, queue.Name, batch.Count, result.FunctionError ?? "the function failed");
            return ids;
        }

        Interlocked.Exchange(ref _failuresInARow, 0);
        var failed = mapping.ReportBatchItemFailures ? BatchResponse.Failures(result.Payload, ids) : [];
        if (failed.Count > 0)
        {
            Log.MessagesFailed(logger, queue.Name, failed.Count, batch.Count);
        }

        return failed;
    }

    // With partial responses Lambda polls on as before when a function fails, and slows down only when it is throttled.
    // Source: lambda/latest/dg/services-sqs-errorhandling.html, "Implementing partial batch responses".
    private void CountFailure(InvocationResult result)
    {
        if (!mapping.ReportBatchItemFailures || result.FunctionError != Failures.Unhandled)
        {
            Interlocked.Increment(ref _failuresInARow);
        }
    }

    // A function that cannot start, or always fails, must not be called without end: Lambda slows down, too.
    private Task PauseAfterFailuresAsync(CancellationToken cancellationToken)
    {
        var failures = _failuresInARow;
        if (failures == 0)
        {
            return Task.CompletedTask;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        return Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "A batch of {Count} from {Queue} failed and will be tried again: {Reason}")]
        public static partial void BatchFailed(ILogger logger, string queue, int count, string reason);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "{Failed} of {Count} messages from {Queue} failed and will be tried again")]
        public static partial void MessagesFailed(ILogger logger, string queue, int failed, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Polling of {Queue} ends: {Reason}")]
        public static partial void QueueGone(ILogger logger, string queue, string reason);
    }
}
