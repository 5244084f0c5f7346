using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>The size in the first chunk of a WebP: of the canvas (RFC 9649, 2.7), or of the only picture.</summary>
internal static class WebPSize
{
    /// <param name="at">Where the chunk's data starts.</param>
    /// <param name="flags">What a VP8X chunk announces; 0 for the others.</param>
    /// <returns>False when there is no size to be had.</returns>
    public static bool TryRead(Reading reading, WebPChunk chunk, long at, out byte flags)
    {
        flags = 0;
        var needed = chunk.Type switch { WebPChunk.Lossless => 5, WebPChunk.Lossy or WebPChunk.Extended => 10, _ => 0 };
        if (needed == 0 || chunk.Length < needed)
        {
            var code = needed == 0 ? MetadataCode.BadStructure : MetadataCode.BadLength;
            reading.Error(code, $"starts with chunk {chunk.Type:X8} of {chunk.Length} bytes");
            return false;
        }

        if (!reading.TryRead(at, needed, out var data))
        {
            return false;
        }

        switch (chunk.Type)
        {
            case WebPChunk.Extended:
                flags = data[0];
                reading.Dimensions(U24(data[4..]) + 1, U24(data[7..]) + 1);
                break;
            case WebPChunk.Lossless:
                Lossless(reading, data);
                break;
            default:
                Lossy(reading, data);
                break;
        }

        return reading.Width is not null;
    }

    /// <summary>Signature byte, then width and height less one in 14 bits each (RFC 9649, 3.4).</summary>
    private static void Lossless(Reading reading, ReadOnlySpan<byte> data)
    {
        if (data[0] != 0x2F)
        {
            reading.Error(MetadataCode.BadHeader, $"VP8L starts with {data[0]:X2}");
            return;
        }

        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        reading.Dimensions((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
    }

    /// <summary>A key frame: tag, start code, width and height in 14 bits each below a scale (RFC 6386, 9.1).</summary>
    private static void Lossy(Reading reading, ReadOnlySpan<byte> data)
    {
        if ((data[0] & 1) != 0 || !data[3..6].SequenceEqual([(byte)0x9D, (byte)0x01, (byte)0x2A]))
        {
            reading.Error(MetadataCode.BadHeader, "VP8 does not start with a key frame");
            return;
        }

        var height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        reading.Dimensions(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, height);
    }

    private static int U24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
