using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>What an object turned out to be.</summary>
/// <param name="FailureReason">Why it is not what its ticket said; null when it is.</param>
internal sealed record Inspection(
    PendingPhoto Photo,
    ObjectEvent Event,
    MediaMetadata Metadata,
    string? FailureReason);
