namespace PhotoLambda.Sqs;

/// <summary>The members of every answer of the SQS API that this product sends or reads; null: not present.</summary>
internal sealed record SqsAnswer
{
    public string? QueueUrl { get; init; }

    public IReadOnlyList<string>? QueueUrls { get; init; }

    public string? NextToken { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public string? MessageId { get; init; }

    public string? MD5OfMessageBody { get; init; }

    public string? MD5OfMessageAttributes { get; init; }

    public string? MD5OfMessageSystemAttributes { get; init; }

    public IReadOnlyList<ReceivedMessage>? Messages { get; init; }

    public IReadOnlyList<BatchSuccess>? Successful { get; init; }

    public IReadOnlyList<BatchFailure>? Failed { get; init; }
}

internal sealed record BatchSuccess(
    string Id,
    string? MessageId = null,
    string? MD5OfMessageBody = null,
    string? MD5OfMessageAttributes = null,
    string? MD5OfMessageSystemAttributes = null);

/// <param name="SenderFault">True: the same entry would fail again.</param>
internal sealed record BatchFailure(string Id, bool SenderFault, string Code, string? Message);

/// <param name="Attributes">System attributes: <c>SentTimestamp</c>, <c>ApproximateReceiveCount</c> and so on.</param>
internal sealed record ReceivedMessage(
    string MessageId,
    string ReceiptHandle,
    string MD5OfBody,
    string Body,
    IReadOnlyDictionary<string, string>? Attributes,
    string? MD5OfMessageAttributes,
    IReadOnlyDictionary<string, AttributeValue>? MessageAttributes);
