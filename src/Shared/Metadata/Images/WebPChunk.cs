using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>A chunk of a WebP (RFC 9649, 2.3): type, length of its data, data, and a zero where that is odd.</summary>
internal readonly record struct WebPChunk(uint Type, long Length)
{
    public const uint Lossy = 0x56503820, Lossless = 0x5650384C, Extended = 0x56503858, AnimationFrame = 0x414E4D46;
    public const uint Alpha = 0x414C5048, Animation = 0x414E494D, Exif = 0x45584946;

    /// <summary>Type and length before the data.</summary>
    public const int Header = 8;

    private static ReadOnlySpan<byte> ExifPrefix => "Exif\0\0"u8;

    /// <summary>Bytes from this chunk to the next.</summary>
    public long Size => Header + Length + (Length & 1);

    public static WebPChunk Open(ReadOnlySpan<byte> header) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));

    /// <param name="at">Where the chunk's data starts; all of it lies within the object.</param>
    public void ReadExif(Reading reading, long at)
    {
        if (Length > ExifReader.MaxBlock + ExifPrefix.Length)
        {
            reading.Errors.Add("exif", MetadataCode.TooLarge, $"{Length} bytes, limit {ExifReader.MaxBlock}");
        }
        else if (reading.TryRead(at, (int)Length, out var data))
        {
            // The block alone is right; many programs copy it from a JPEG with what stands before it there.
            var prefix = data.StartsWith(ExifPrefix) ? ExifPrefix.Length : 0;
            reading.ReadExif(data[prefix..], at + prefix);
        }
    }
}
