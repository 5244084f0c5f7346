using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>What a request has to be granted.</summary>
/// <remarks>
/// service-authorization/latest/reference/list_amazonsqs.html and
/// AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
/// </remarks>
internal static class SqsActions
{
    /// <summary>To do something in batches is the same permission as to do it once.</summary>
    public static string Of(string operation) => "sqs:" + operation switch
    {
        "SendMessageBatch" => "SendMessage",
        "DeleteMessageBatch" => "DeleteMessage",
        "ChangeMessageVisibilityBatch" => "ChangeMessageVisibility",
        _ => operation,
    };

    public static string ResourceOf(SqsRequest request) =>
        CloudIdentity.QueueArn(request.QueueName ?? request.QueueUrl?.Split('/')[^1] ?? "*");
}
