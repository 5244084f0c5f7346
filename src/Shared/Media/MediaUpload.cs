namespace PhotoLambda.Media;

/// <summary>An image or a sound that is to be stored as <c>{session_id}/{file name}</c>.</summary>
public sealed record MediaUpload
{
    /// <summary>Of the caller's organization; its policy says which types it takes.</summary>
    public required Guid ProjectId { get; init; }

    /// <summary>
    /// What belongs together, within which names are taken once: 1 to 128 letters, digits, <c>.</c>, <c>_</c>,
    /// <c>-</c>; not <c>.</c>, <c>..</c>, <c>thumbnails</c> or <c>public</c>. Sessions are the bucket's: best a UUID.
    /// </summary>
    public required string SessionId { get; init; }

    /// <summary>Is cleaned (docs/media-store.md); the stored name is <see cref="Photos.PhotoRow.FileName"/>.</summary>
    public required string FileName { get; init; }

    /// <summary>Is read once from where it stands, and stays open. Need not know its length.</summary>
    public required Stream Content { get; init; }

    /// <summary>A MIME type that the content must have; null: what its first bytes say.</summary>
    public string? ContentType { get; init; }

    /// <summary>Up to 16 names of 1 to 64 letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; empty: the detector's choice.
    /// </summary>
    public IReadOnlyList<string> DetectionTypes { get; init; } = [];

    /// <summary><c>low</c>, <c>normal</c> or <c>high</c>.</summary>
    public string Priority { get; init; } = "normal";

    /// <summary>1 to 255 characters; goes into the job.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>A picture that was drawn of a photo, to be stored as <c>{session_id}/viz_{file name}</c>.</summary>
public sealed record VisualizationUpload
{
    public required Guid PhotoId { get; init; }

    /// <inheritdoc cref="MediaUpload.FileName"/>
    public required string FileName { get; init; }

    /// <inheritdoc cref="MediaUpload.Content"/>
    public required Stream Content { get; init; }

    /// <inheritdoc cref="MediaUpload.ContentType"/>
    public string? ContentType { get; init; }

    /// <summary>As of <see cref="MediaUpload"/>; null: the photo's, or the photo's id where it has none.</summary>
    public string? SessionId { get; init; }
}

/// <summary>An object of a photo or a sound.</summary>
public enum MediaVariant
{
    Original,
    Thumbnail,
    Visualization,
}
