using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Looks at the last bytes of a long PNG: for its end chunk, and for EXIF behind the image data.</summary>
internal static class PngEnd
{
    // Four letters may occur in image data by chance, or many times by intent.
    private const int MaxCandidates = 8;

    private static ReadOnlySpan<byte> EndChunk =>
        [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <param name="data">Where the walk over chunks stopped.</param>
    public static void Read(Reading reading, long data)
    {
        var length = reading.Window.Length;
        var start = Math.Max(data, length - reading.Limits.TailBytes);
        if (!reading.Window.TryRead(start, (int)(length - start), out var tail))
        {
            return;
        }

        if (tail.LastIndexOf(EndChunk) < 0)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {length} without an IEND chunk");
        }

        if (!reading.HasExif)
        {
            FindExif(reading, tail, start);
        }
    }

    /// <summary>Chunks cannot be walked backwards; a name with a fitting length and checksum is one.</summary>
    private static void FindExif(Reading reading, ReadOnlySpan<byte> tail, long start)
    {
        for (int at = tail.IndexOf("eXIf"u8), tried = 0; at >= 0 && tried < MaxCandidates; tried++)
        {
            if (at >= 4 && Chunk(tail[(at - 4)..]) is { IsEmpty: false } chunk && PngChunk.IsIntact(chunk))
            {
                reading.ReadExif(chunk[PngChunk.Header..^4], start + at - 4 + PngChunk.Header);
                return;
            }

            var next = tail[(at + 4)..].IndexOf("eXIf"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }
    }

    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length <= bytes.Length - PngChunk.Framing ? bytes[..((int)length + PngChunk.Framing)] : default;
    }
}
