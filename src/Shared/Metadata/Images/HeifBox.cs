using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>The boxes that are read, by the names of ISO/IEC 14496-12 and 23008-12.</summary>
internal static class HeifBox
{
    public const uint Meta = 0x6D657461, Pitm = 0x7069746D, Iinf = 0x69696E66, Infe = 0x696E6665, Iloc = 0x696C6F63;
    public const uint Iref = 0x69726566, Cdsc = 0x63647363, Idat = 0x69646174, Iprp = 0x69707270, Ipco = 0x6970636F;
    public const uint Ipma = 0x69706D61, Ispe = 0x69737065, Irot = 0x69726F74, Imir = 0x696D6972;

    /// <summary>The type of an item that is an EXIF block.</summary>
    public const uint ExifItem = 0x45786966;

    /// <summary>Length and type; a length of 1 says that 64 bits of length follow, one of 0 "to the end".</summary>
    public const int Header = 8, LongHeader = 16;

    /// <param name="header">8 or 16 bytes, as the first four ask for.</param>
    /// <param name="rest">Bytes from the box on to the end of what it lies in.</param>
    /// <returns>The length of the box with its header, or -1 where it cannot be.</returns>
    public static long Length(ReadOnlySpan<byte> header, long rest)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        var whole = length switch
        {
            0 => (ulong)rest,
            1 when header.Length >= LongHeader => BinaryPrimitives.ReadUInt64BigEndian(header[Header..]),
            _ => length,
        };
        return whole >= (length == 1 ? LongHeader : (ulong)Header) && whole <= long.MaxValue ? (long)whole : -1;
    }
}

/// <summary>Steps over the boxes within a box, one level deep.</summary>
internal ref struct HeifBoxes(ReadOnlySpan<byte> bytes, Reading reading)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private int _count;

    public uint Type { get; private set; }

    /// <summary>The current box without its header.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <returns>False at the end, or where a box is malformed, which is recorded.</returns>
    public bool TryNext()
    {
        if (_rest.Length < HeifBox.Header)
        {
            return false;
        }

        if (_count++ >= reading.Limits.MaxSegments)
        {
            reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
            return false;
        }

        Type = BinaryPrimitives.ReadUInt32BigEndian(_rest[4..]);
        var length = HeifBox.Length(_rest, _rest.Length);
        if (length < 0 || length > _rest.Length)
        {
            reading.Error(MetadataCode.BadLength, $"box {Type:X8} does not fit into {_rest.Length} bytes");
            return false;
        }

        var isLong = BinaryPrimitives.ReadUInt32BigEndian(_rest) == 1;
        Body = _rest[(isLong ? HeifBox.LongHeader : HeifBox.Header)..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
