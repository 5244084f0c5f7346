namespace PhotoLambda.Sqs;

/// <summary>
/// The members of every request of the SQS API that this product sends or serves; an operation reads those that are
/// its own. Null: not given. Names are those of the wire (AWSSimpleQueueService/latest/APIReference).
/// </summary>
internal record SqsEntry
{
    public string? Id { get; init; }

    public string? MessageBody { get; init; }

    public int? DelaySeconds { get; init; }

    public IReadOnlyDictionary<string, AttributeValue>? MessageAttributes { get; init; }

    public IReadOnlyDictionary<string, AttributeValue>? MessageSystemAttributes { get; init; }

    public string? ReceiptHandle { get; init; }

    public int? VisibilityTimeout { get; init; }
}

/// <inheritdoc cref="SqsEntry"/>
internal sealed record SqsRequest : SqsEntry
{
    public string? QueueUrl { get; init; }

    public string? QueueName { get; init; }

    public string? QueueNamePrefix { get; init; }

    public int? MaxResults { get; init; }

    public string? NextToken { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IReadOnlyList<string>? AttributeNames { get; init; }

    public IReadOnlyList<string>? MessageSystemAttributeNames { get; init; }

    public IReadOnlyList<string>? MessageAttributeNames { get; init; }

    public int? MaxNumberOfMessages { get; init; }

    public int? WaitTimeSeconds { get; init; }

    public IReadOnlyList<SqsEntry>? Entries { get; init; }
}

/// <param name="DataType"><c>String</c>, <c>Number</c> or <c>Binary</c>, with an optional label after a dot.</param>
internal sealed record AttributeValue(string? DataType, string? StringValue = null, byte[]? BinaryValue = null);
