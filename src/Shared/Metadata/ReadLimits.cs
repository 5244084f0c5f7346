namespace PhotoLambda.Metadata;

/// <summary>What one reading of one file may cost. All sizes in bytes.</summary>
internal sealed record ReadLimits
{
    public static ReadLimits Default { get; } = new();

    /// <summary>How much of the head <see cref="MediaReader"/> fetches first.</summary>
    public int HeadBytes { get; init; } = 64 * 1024;

    /// <summary>The least that a later fetch asks for: a request costs more than a few kilobytes do.</summary>
    public int BlockBytes { get; init; } = 16 * 1024;

    /// <summary>How much of the end is looked at to see whether the file is whole.</summary>
    public int TailBytes { get; init; } = 16 * 1024;

    /// <summary>A reading that would have to fetch more than this in total stops with <c>budget</c>.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>JPEG segments or PNG chunks walked before the reading stops with <c>too_many_segments</c>.</summary>
    public int MaxSegments { get; init; } = 6000;

    /// <summary>Width times height above this is the error <c>too_many_pixels</c>.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Errors beyond this many are not kept.</summary>
    public int MaxErrors { get; init; } = 16;
}
