using System.Text.Json.Serialization;

namespace PhotoLambda.Lambda;

/// <summary>
/// Names the messages of a batch that are to be delivered again; all others are deleted from the queue. Needs
/// <c>FunctionResponseTypes: [ReportBatchItemFailures]</c> on the event source, else Lambda ignores it.
/// </summary>
public class SQSBatchResponse
{
    public SQSBatchResponse()
        : this([])
    {
    }

    public SQSBatchResponse(List<BatchItemFailure> batchItemFailures) => BatchItemFailures = batchItemFailures;

    [JsonPropertyName("batchItemFailures")]
    public List<BatchItemFailure> BatchItemFailures { get; set; }

    public class BatchItemFailure
    {
        /// <summary>The message id; an id that is not in the batch makes Lambda fail the whole batch.</summary>
        [JsonPropertyName("itemIdentifier")]
        public string ItemIdentifier { get; set; } = "";
    }
}
