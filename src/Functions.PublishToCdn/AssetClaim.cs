namespace PhotoLambda.PublishToCdn;

internal enum ClaimState
{
    /// <summary>This invocation is to publish it.</summary>
    Mine,

    /// <summary>It is published, and the photos link to it.</summary>
    Published,

    /// <summary>Another invocation is at it; what comes of it is also these photos'.</summary>
    Others,

    /// <summary>No photo of it is as it was read: there is nothing to publish.</summary>
    Gone,
}

/// <param name="PhotoIds">That link to the asset now.</param>
internal sealed record AssetClaim(Content Content, ClaimState State, Guid AssetId, IReadOnlyList<Guid> PhotoIds)
{
    /// <summary>The photo whose object is published.</summary>
    public CdnPhoto Source => Content.Photos.First(p => PhotoIds.Contains(p.Id));
}
