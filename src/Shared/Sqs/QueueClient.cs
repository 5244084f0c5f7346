using PhotoLambda.Aws;
using Polly.Timeout;

namespace PhotoLambda.Sqs;

/// <summary>Sends to and receives from one SQS queue. Safe for concurrent use.</summary>
/// <param name="http">Shared by all requests of the process; its own timeout should not be the shorter one.</param>
/// <param name="queueUrl">As SQS names the queue; requests go to the endpoint of <paramref name="aws"/>.</param>
internal sealed class QueueClient(
    HttpClient http, AwsEnvironment aws, string queueUrl, QueueClientOptions? options = null, TimeProvider? time = null)
{
    private readonly QueueClientOptions _options = options ?? new();
    private readonly SqsConnection _connection = new(http, aws, time ?? TimeProvider.System);
    private readonly QueueRetries _retries = new(options ?? new(), time ?? TimeProvider.System);

    /// <summary>
    /// Sends messages ten at a time. Does not throw when the queue is unreachable or the caller cancels, since what
    /// was confirmed until then has to be known: the rest is reported as not confirmed, with the reason.
    /// </summary>
    /// <param name="deadline">Nothing is waited for past it; null: retries go on as often as the options say.</param>
    /// <returns>One outcome for each message, in the same order.</returns>
    public async Task<IReadOnlyList<SendOutcome>> SendBatchAsync(
        IReadOnlyList<OutgoingMessage> messages,
        DateTimeOffset? deadline = null,
        CancellationToken cancellationToken = default)
    {
        var outcomes = new SendOutcome?[messages.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism };
        string? unreachable = null;
        await Parallel.ForEachAsync(SendBatch.Split(messages, outcomes), parallel, async (batch, _) =>
        {
            // When one batch has used up its retries, the others would only spend the caller's time.
            if (unreachable is not null)
            {
                batch.Fail($"not tried, since SQS failed before: {unreachable}");
                return;
            }

            try
            {
                await _retries.RunAsync(
                    c => SendAsync(batch, c), TimeSpan.Zero, deadline ?? DateTimeOffset.MaxValue, cancellationToken);
            }
            catch (Exception e) when (IsFailureOfTheQueue(e))
            {
                batch.Fail(e.Message);
                unreachable ??= QueueRetries.IsTransient(e) ? e.Message : null;
            }
        });
        return outcomes!;
    }

    /// <param name="max">1 to 10.</param>
    /// <param name="waitSeconds">0 to 20: how long to wait for a first message.</param>
    /// <param name="visibilitySeconds">How long the messages stay hidden; null: as the queue says.</param>
    /// <exception cref="SqsException">SQS refused the request, or went on failing.</exception>
    /// <exception cref="HttpRequestException">SQS could not be reached.</exception>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(
        int max = 10,
        int waitSeconds = 20,
        int? visibilitySeconds = null,
        CancellationToken cancellationToken = default)
    {
        var request = new SqsRequest
        {
            QueueUrl = queueUrl,
            MaxNumberOfMessages = max,
            WaitTimeSeconds = waitSeconds,
            VisibilityTimeout = visibilitySeconds,
            MessageSystemAttributeNames = ["All"],
            MessageAttributeNames = ["All"],
        };
        var answer = await _retries.RunAsync(
            c => _connection.CallAsync("ReceiveMessage", request, c),
            TimeSpan.FromSeconds(waitSeconds), DateTimeOffset.MaxValue, cancellationToken);
        return answer.Messages ?? [];
    }

    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    public Task DeleteAsync(string receiptHandle, CancellationToken cancellationToken = default)
    {
        var request = new SqsRequest { QueueUrl = queueUrl, ReceiptHandle = receiptHandle };
        return _retries.RunAsync(
            c => _connection.CallAsync("DeleteMessage", request, c),
            TimeSpan.Zero, DateTimeOffset.MaxValue, cancellationToken);
    }

    /// <summary>What the queue tells of itself: <c>ApproximateNumberOfMessages</c>, <c>RedrivePolicy</c> and so on.
    /// </summary>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    public async Task<IReadOnlyDictionary<string, string>> AttributesAsync(
        CancellationToken cancellationToken = default)
    {
        var request = new SqsRequest { QueueUrl = queueUrl, AttributeNames = ["All"] };
        var answer = await _retries.RunAsync(
            c => _connection.CallAsync("GetQueueAttributes", request, c),
            TimeSpan.Zero, DateTimeOffset.MaxValue, cancellationToken);
        return answer.Attributes ?? new Dictionary<string, string>();
    }

    /// <returns>The URL of a queue of the same account and region, by its name.</returns>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    public async Task<string> UrlOfAsync(string queueName, CancellationToken cancellationToken = default)
    {
        var answer = await _retries.RunAsync(
            c => _connection.CallAsync("GetQueueUrl", new SqsRequest { QueueName = queueName }, c),
            TimeSpan.Zero, DateTimeOffset.MaxValue, cancellationToken);
        return answer.QueueUrl ?? throw new SqsException(502, "MalformedAnswer", "no QueueUrl");
    }

    private async Task<SqsAnswer> SendAsync(SendBatch batch, CancellationToken cancellationToken)
    {
        var request = new SqsRequest { QueueUrl = queueUrl, Entries = batch.Pending };
        var answer = await _connection.CallAsync("SendMessageBatch", request, cancellationToken);
        batch.Record(answer);
        return answer;
    }

    private static bool IsFailureOfTheQueue(Exception e) =>
        e is SqsException or HttpRequestException or TimeoutRejectedException or OperationCanceledException;
}
