using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>A page of RFC 3533, 6.</summary>
/// <param name="Granule">Samples up to the end of the last packet that ends here; -1 where none does.</param>
/// <param name="Header">Bytes, with the table of segments.</param>
/// <param name="Content">Bytes behind the header.</param>
/// <param name="Packets">That end here.</param>
internal readonly record struct OggPage(
    long Offset, byte Flags, long Granule, uint Serial, int Header, int Content, int Packets)
{
    public const int MaxHeader = FixedHeader + 255;

    /// <summary>With 255 segments of 255 bytes.</summary>
    public const int MaxLength = MaxHeader + (255 * 255);

    private const int FixedHeader = 27;

    public bool IsFirst => (Flags & 2) != 0;

    public bool IsLast => (Flags & 4) != 0;

    public long End => Offset + Header + Content;

    public static bool TryRead(Reading reading, long at, out OggPage page)
    {
        page = default;
        if (!reading.TryRead(at, FixedHeader, out var bytes)
            || !reading.TryRead(at, FixedHeader + bytes[26], out bytes))
        {
            return false;
        }

        if (!TryRead(bytes, at, out page))
        {
            reading.Error(MetadataCode.BadStructure, $"no page at {at}");
            return false;
        }

        return true;
    }

    /// <param name="bytes">From the page on.</param>
    /// <returns>False where no page starts, or its header is not all there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long at, out OggPage page)
    {
        page = default;
        if (bytes.Length < FixedHeader || !bytes.StartsWith("OggS\0"u8) || bytes.Length < FixedHeader + bytes[26])
        {
            return false;
        }

        var (content, packets) = (0, 0);
        foreach (var segment in bytes.Slice(FixedHeader, bytes[26]))
        {
            content += segment;
            packets += segment < 255 ? 1 : 0;
        }

        page = new OggPage(
            at,
            bytes[5],
            BinaryPrimitives.ReadInt64LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]),
            FixedHeader + bytes[26],
            content,
            packets);
        return true;
    }
}
