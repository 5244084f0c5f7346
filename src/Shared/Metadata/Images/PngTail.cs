using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Finds a chunk near the end of a long PNG, from which the walk can go on to IEND. Chunks cannot be walked backwards,
/// but a name whose lengths lead to IEND is one.
/// </summary>
internal static class PngTail
{
    // Four letters may occur in image data by chance, or many times by intent.
    private const int MaxCandidates = 8;

    private static ReadOnlySpan<byte> EndChunk =>
        [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <param name="data">Where the walk over chunks stopped, in the image data.</param>
    /// <param name="size">How many of the last bytes are looked at.</param>
    /// <param name="chunk">A chunk of image data, or one of EXIF where of the former none begins there.</param>
    /// <returns>False when there is none: the reason is recorded, or bytes are missing.</returns>
    public static bool TryFind(Reading reading, long data, int size, out long chunk)
    {
        var length = reading.Window.Length;
        chunk = Math.Max(data, length - size);
        if (!reading.TryRead(chunk, (int)(length - chunk), out var tail))
        {
            return false;
        }

        var found = Find(tail, "IDAT"u8, reading.Limits.MaxSegments);
        found = found < 0 ? Find(tail, "eXIf"u8, reading.Limits.MaxSegments) : found;
        if (found >= 0)
        {
            chunk += found;
            return true;
        }

        if (tail.LastIndexOf(EndChunk) < 0)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {length} without an IEND chunk");
        }
        else
        {
            reading.Error(MetadataCode.Budget, $"EXIF behind the image data was looked for from {chunk} on");
        }

        return false;
    }

    private static int Find(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> name, int mostChunks)
    {
        for (int at = tail.IndexOf(name), tried = 0; at >= 0 && tried < MaxCandidates; tried++)
        {
            if (at >= 4 && LeadsToEnd(tail[(at - 4)..], mostChunks))
            {
                return at - 4;
            }

            var next = tail[(at + 4)..].IndexOf(name);
            at = next < 0 ? -1 : at + 4 + next;
        }

        return -1;
    }

    private static bool LeadsToEnd(ReadOnlySpan<byte> chunks, int most)
    {
        for (var count = 0; count < most && chunks.Length >= PngChunk.Framing; count++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            var type = BinaryPrimitives.ReadUInt32BigEndian(chunks[4..]);
            if (!PngChunk.IsName(type) || length > chunks.Length - PngChunk.Framing)
            {
                return false;
            }

            if (type == PngChunk.Iend)
            {
                return true;
            }

            chunks = chunks[((int)length + PngChunk.Framing)..];
        }

        return false;
    }
}
