using PhotoLambda.Cdn;
using PhotoLambda.Sqs;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Has the CDN forget at once what the sweep would have it forget within minutes.</summary>
/// <param name="queue">Null: there is no CDN.</param>
internal sealed class CdnQueue(QueueClient? queue)
{
    /// <param name="deadline">What is not sent until then is left to the sweep.</param>
    public async Task SendDeletionAsync(Guid assetId, DateTimeOffset deadline, CancellationToken cancellation)
    {
        if (queue is not null)
        {
            await queue.SendBatchAsync([AssetDeletion.Message(assetId)], deadline, cancellation);
        }
    }
}
