using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.OnObjectCreated;

/// <summary>What an object turned out to be.</summary>
/// <param name="Sequencer">Of the event that told of it; null when it was found by looking.</param>
/// <param name="Metadata">As far as the project's policy lets it be known.</param>
/// <param name="FailureReason">Why it is not what it should be; null when it is.</param>
internal sealed record Inspection(
    Photo Photo, ObjectVersion Version, string? Sequencer, MediaMetadata Metadata, string? FailureReason)
{
    /// <summary>32 bytes, where the ticket or the store knows it.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>32 bytes, where the project wants it: of the image data alone.</summary>
    public byte[]? ImageSha256 { get; init; }

    /// <summary>JSON, where the project wants it: every tag of the EXIF block.</summary>
    public string? AllTags { get; init; }

    /// <summary>Of what was made of the original: the bucket where that is.</summary>
    public string? DerivedBucket { get; init; }

    public string? ThumbnailKey { get; init; }

    /// <summary>Where the project wants them, and they could be made; smallest first.</summary>
    public IReadOnlyList<Thumbnail>? Thumbnails { get; init; }

    /// <summary>Of the copy without positions, where the project wants one.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Of all that was made of the original.</summary>
    public IEnumerable<string> DerivedKeys() =>
        new[] { ThumbnailKey, PublicKey }.OfType<string>().Union(Thumbnails?.Select(t => t.Key) ?? []);
}
