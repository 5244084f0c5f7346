namespace PhotoLambda.Local.Sqs;

/// <summary>A refusal as SQS words it; <see cref="Status"/> and the codes are those of its API reference.</summary>
/// <param name="code">Of the JSON protocol, after <c>com.amazonaws.sqs#</c>.</param>
/// <param name="queryCode">Of the Query protocol, and of <c>x-amzn-query-error</c>; null: the same.</param>
internal sealed class SqsError(string code, string message, int status = 400, string? queryCode = null)
    : Exception(message)
{
    private const string Prefix = "AWS.SimpleQueueService.";

    public string Code => code;

    public string QueryCode => queryCode ?? code;

    public int Status => status;

    public static SqsError Missing(string parameter) =>
        new("MissingParameter", $"The request must contain the parameter {parameter}.");

    public static SqsError Invalid(string reason) => new("InvalidParameterValue", reason);

    public static SqsError Invalid(string parameter, object? value, string reason) =>
        Invalid($"Value {value} for parameter {parameter} is invalid. Reason: {reason}");

    public static SqsError NoQueue() =>
        new("QueueDoesNotExist", "The specified queue does not exist.", 400, Prefix + "NonExistentQueue");

    public static SqsError QueueExists(string name) => new(
        "QueueNameExists", $"A queue named {name} exists with other attributes.", 400, "QueueAlreadyExists");

    public static SqsError BadReceipt(string handle) =>
        new("ReceiptHandleIsInvalid", $"The input receipt handle \"{handle}\" is not valid.", 404);

    public static SqsError NotInFlight() => new(
        "MessageNotInflight", "The message is not in flight.", 400, Prefix + "MessageNotInflight");

    public static SqsError BadContents() => new(
        "InvalidMessageContents", "The message contains characters outside the allowed set.");

    public static SqsError OverLimit() =>
        new("OverLimit", $"The queue has {LocalQueue.InFlightLimit} messages in flight, which is the limit.", 403);

    public static SqsError PurgeInProgress() => new(
        "PurgeQueueInProgress", "A queue can be purged once in 60 seconds.", 403, Prefix + "PurgeQueueInProgress");

    public static SqsError Batch(string code, string message) => new(code, message, 400, Prefix + code);

    public static SqsError UnknownAttribute(string name) => new("InvalidAttributeName", $"Unknown Attribute {name}.");

    public static SqsError Denied(string code, string message, string queryCode) => new(code, message, 403, queryCode);
}
