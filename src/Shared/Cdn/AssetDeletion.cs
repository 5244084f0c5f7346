using PhotoLambda.Sqs;

namespace PhotoLambda.Cdn;

/// <summary>
/// A message to the queue of the CDN: an asset may have lost its last photo. Whether it has is looked up there, so that
/// it may be sent any number of times.
/// </summary>
internal static class AssetDeletion
{
    public static OutgoingMessage Message(Guid assetId) => new($$"""{"delete":"{{assetId}}"}""");
}
