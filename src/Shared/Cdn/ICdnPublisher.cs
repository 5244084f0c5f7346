namespace PhotoLambda.Cdn;

/// <summary>A CDN, or what stands in front of the store as one. Safe for concurrent use.</summary>
internal interface ICdnPublisher
{
    /// <summary>As <c>cdn_assets.provider</c> has it.</summary>
    string Provider { get; }

    /// <summary>
    /// Whether the CDN has a copy of its own, which serves all photos of one content; otherwise it serves the object.
    /// </summary>
    bool CopiesContent { get; }

    /// <summary>Makes an object reachable by the CDN. Repeatable: the same asset replaces itself.</summary>
    /// <param name="deadline">No call starts or goes on after it.</param>
    /// <exception cref="CdnException">It is not published; says why.</exception>
    /// <exception cref="TimeoutException">There was no time to try.</exception>
    Task<CdnFile> PublishAsync(CdnObject source, DateTimeOffset deadline, CancellationToken cancellation);

    /// <summary>Makes the CDN forget an asset, its caches included; that it does not know it is as good.</summary>
    /// <inheritdoc cref="PublishAsync" path="/param"/>
    /// <inheritdoc cref="PublishAsync" path="/exception"/>
    Task RemoveAsync(CdnAsset asset, DateTimeOffset deadline, CancellationToken cancellation);
}

/// <summary>An object of the store that is to be published.</summary>
/// <param name="AssetId">By which the CDN's name of it is made.</param>
/// <param name="ContentType">One that policies may allow; null: not known.</param>
/// <param name="DownloadUrl">Presigned: whoever has it may read the object for some minutes. Never logged.</param>
internal sealed record CdnObject(Guid AssetId, string Key, string? ContentType, Uri DownloadUrl);

/// <param name="Id">The provider's.</param>
/// <param name="Url">Where it is served.</param>
internal sealed record CdnFile(string Id, string Url);

/// <summary>What a CDN has, or may have, by the row of <c>cdn_assets</c>.</summary>
/// <param name="FileId">Null: no answer came that told it.</param>
internal sealed record CdnAsset(Guid Id, string Provider, string? FileId, string? Url);
