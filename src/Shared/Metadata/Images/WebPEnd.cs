namespace PhotoLambda.Metadata;

/// <summary>Looks for EXIF at the end of a long animation, whose chunks cannot be walked backwards.</summary>
internal static class WebPEnd
{
    // EXIF, XMP, and what a program may add of its own.
    private const int MaxFollowing = 4;

    /// <param name="from">The chunks before are known.</param>
    /// <param name="end">Of the RIFF form, within the object.</param>
    public static void ReadExif(Reading reading, long from, long end)
    {
        var start = Math.Max(from, end - ExifReader.MaxBlock);
        if (start >= end || !reading.TryRead(start, (int)(end - start), out var tail))
        {
            return;
        }

        // Four letters may occur in image data by chance, or many times by intent.
        for (var at = tail.IndexOf("EXIF"u8); at >= 0;)
        {
            if (LeadsToEnd(tail[at..]))
            {
                WebPChunk.Open(tail[at..]).ReadExif(reading, start + at + WebPChunk.Header);
                return;
            }

            var next = tail[(at + 4)..].IndexOf("EXIF"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }
    }

    /// <summary>From a true chunk on, the lengths of chunks lead to where the form ends.</summary>
    private static bool LeadsToEnd(ReadOnlySpan<byte> rest)
    {
        for (var chunks = 0; chunks < MaxFollowing && rest.Length >= WebPChunk.Header; chunks++)
        {
            var chunk = WebPChunk.Open(rest);
            if (chunk.Length > rest.Length - WebPChunk.Header)
            {
                return false;
            }

            rest = rest[(int)Math.Min(chunk.Size, rest.Length)..];
        }

        return rest.IsEmpty;
    }
}
