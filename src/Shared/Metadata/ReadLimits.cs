namespace PhotoLambda.Metadata;

/// <summary>What one reading of one file may cost. All sizes in bytes.</summary>
internal sealed record ReadLimits
{
    public static ReadLimits Default { get; } = new();

    /// <summary>
    /// How much of the head is fetched first. A file that is no longer is read to its end, a longer one is not: so that
    /// one reading of the whole and one by ranges tell the same.
    /// </summary>
    public int HeadBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// The least that the second fetch asks for, and then the third. They grow, since a request costs more than some
    /// kilobytes do. A reading that would need a fourth stops with <c>budget</c>.
    /// </summary>
    public int SecondBytes { get; init; } = 128 * 1024;

    public int ThirdBytes { get; init; } = 512 * 1024;

    /// <summary>A reading that would have to fetch more than this in total stops with <c>budget</c>.</summary>
    public int MaxBytes { get; init; } = 704 * 1024;

    /// <summary>How much of the end of a sound is looked at for its length.</summary>
    public int TailBytes { get; init; } = 16 * 1024;

    /// <summary>JPEG segments or PNG chunks walked before the reading stops with <c>too_many_segments</c>.</summary>
    public int MaxSegments { get; init; } = 6000;

    /// <summary>Width times height above this is the error <c>too_many_pixels</c>.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>No more errors are kept; the last two places are for those that decide on the file.</summary>
    public int MaxErrors { get; init; } = 16;

    /// <summary>The fetch that a reading goes on with: what it lacks, and more of what follows.</summary>
    /// <returns>Null when the limits do not allow it.</returns>
    public ByteRange? Next(ObjectWindow window)
    {
        var left = MaxBytes - window.BytesHeld;
        var least = window.Parts switch
        {
            0 => HeadBytes,
            1 => SecondBytes,
            2 => ThirdBytes,
            _ => 0,
        };
        if (window.Missing is not { } missing || missing.Count > left || least == 0)
        {
            return null;
        }

        var count = Math.Max(missing.Count, Math.Min(least, left));
        return missing with { Count = (int)Math.Min(count, window.Length - missing.Offset) };
    }
}
