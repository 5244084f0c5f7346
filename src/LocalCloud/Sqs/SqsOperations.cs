using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>The operations of the SQS API, the same for both of its protocols.</summary>
internal sealed class SqsOperations(QueueService queues)
{
    private const int MaximumListed = 1_000;

    private static readonly SqsAnswer Done = new();

    /// <exception cref="SqsError">The request is refused.</exception>
    public async Task<SqsAnswer> RunAsync(
        string operation, SqsRequest request, CancellationToken cancellationToken) => operation switch
        {
            "SendMessage" => MessageOperations.Send(Queue(request), request),
            "SendMessageBatch" => MessageOperations.SendBatch(Queue(request), request),
            "ReceiveMessage" => await MessageOperations.ReceiveAsync(Queue(request), request, cancellationToken),
            "DeleteMessage" => Do(() => MessageOperations.Delete(Queue(request), request)),
            "DeleteMessageBatch" => MessageOperations.Batch(Queue(request), request, MessageOperations.Delete),
            "ChangeMessageVisibility" => Do(() => MessageOperations.ChangeVisibility(Queue(request), request)),
            "ChangeMessageVisibilityBatch" =>
                MessageOperations.Batch(Queue(request), request, MessageOperations.ChangeVisibility),
            "GetQueueUrl" => UrlOf(queues.Find(NameIn(request)) ?? throw SqsError.NoQueue()),
            "CreateQueue" => UrlOf(queues.Create(NameIn(request), AttributesIn(request))),
            "ListQueues" => List(request),
            "GetQueueAttributes" => new SqsAnswer
            {
                Attributes = QueueAttributes.Read(Queue(request), request.AttributeNames ?? []),
            },
            "SetQueueAttributes" => Do(() => queues.SetAttributes(Queue(request), AttributesIn(request))),
            "PurgeQueue" => Do(Queue(request).Purge),
            "DeleteQueue" => Do(() => queues.Delete(Queue(request))),
            _ => throw new SqsError(
                "UnknownOperationException", $"The local cloud does not know {operation}.", 400, "InvalidAction"),
        };

    private LocalQueue Queue(SqsRequest request) =>
        queues.ByUrl(request.QueueUrl ?? throw SqsError.Missing("QueueUrl"));

    private SqsAnswer List(SqsRequest request)
    {
        if (request.MaxResults is < 1 or > MaximumListed)
        {
            throw SqsError.Invalid("MaxResults", request.MaxResults, "It must be between 1 and 1000.");
        }

        var found = queues.Queues
            .Where(q => q.Name.StartsWith(request.QueueNamePrefix ?? "", StringComparison.Ordinal)
                && string.CompareOrdinal(q.Name, request.NextToken) > 0)
            .Take((request.MaxResults ?? MaximumListed) + 1).ToList();
        var page = found.Take(request.MaxResults ?? MaximumListed).ToList();
        return new SqsAnswer
        {
            QueueUrls = page.Count == 0 ? null : page.ConvertAll(q => q.Url),
            NextToken = page.Count < found.Count ? page[^1].Name : null,
        };
    }

    private static SqsAnswer Do(Action act)
    {
        act();
        return Done;
    }

    private static SqsAnswer UrlOf(LocalQueue queue) => new() { QueueUrl = queue.Url };

    private static string NameIn(SqsRequest request) => request.QueueName ?? throw SqsError.Missing("QueueName");

    private static IReadOnlyDictionary<string, string> AttributesIn(SqsRequest request) =>
        request.Attributes ?? new Dictionary<string, string>();
}
