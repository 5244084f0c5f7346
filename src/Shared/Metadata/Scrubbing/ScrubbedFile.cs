namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>A file whose parts are blanked in place.</summary>
internal sealed class ScrubbedFile(byte[] bytes)
{
    public int Length => bytes.Length;

    public bool IsChanged { get; private set; }

    public ReadOnlySpan<byte> Read(int start, int length) => bytes.AsSpan(start, length);

    public ReadOnlySpan<byte> To(int start, int end) => bytes.AsSpan(start, end - start);

    /// <returns>Whether anything else was there.</returns>
    public bool Blank(int start, int end, byte with = 0)
    {
        var part = bytes.AsSpan(start, end - start);
        if (!part.ContainsAnyExcept(with))
        {
            return false;
        }

        part.Fill(with);
        return IsChanged = true;
    }

    public void Write(int start, ReadOnlySpan<byte> value)
    {
        if (!value.SequenceEqual(Read(start, value.Length)))
        {
            value.CopyTo(bytes.AsSpan(start));
            IsChanged = true;
        }
    }

    /// <summary>Blanks text that speaks of a position, with spaces, as XMP packets are padded.</summary>
    /// <returns>Whether it did.</returns>
    public bool BlankText(int start, int end) =>
        PositionWords.AreInText(To(start, end)) && Blank(start, end, (byte)' ');

    /// <summary>Scrubs an EXIF block; what is none is blanked.</summary>
    public void BlankPositions(int start, int end)
    {
        if (!TiffScrub.TryRun(this, start, end - start))
        {
            Blank(start, end);
        }
    }
}
