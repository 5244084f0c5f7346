namespace PhotoLambda.Metadata;

/// <summary>The types of a TIFF 6.0 field, and UTF-8, which EXIF 3.0 added.</summary>
internal enum TiffType
{
    Byte = 1,
    Ascii = 2,
    Short = 3,
    Long = 4,
    Rational = 5,
    SignedByte = 6,
    Undefined = 7,
    SignedShort = 8,
    SignedLong = 9,
    SignedRational = 10,
    Float = 11,
    Double = 12,
    Ifd = 13,
    Utf8 = 129,
}

/// <summary>A TIFF structure in one byte order. Offsets are from its start; nothing outside it is ever read.</summary>
internal readonly ref struct TiffBlock
{
    /// <summary>Tag, type, count, and the value or its offset.</summary>
    public const int EntryBytes = 12;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _little;

    private TiffBlock(ReadOnlySpan<byte> bytes, bool little)
    {
        _bytes = bytes;
        _little = little;
    }

    public int Length => _bytes.Length;

    /// <returns>False where the eight bytes of a TIFF header are not there.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out TiffBlock block)
    {
        var little = bytes.StartsWith("II*\0"u8);
        block = new TiffBlock(bytes, little);
        return bytes.Length >= 8 && (little || bytes.StartsWith("MM\0*"u8));
    }

    public int U16(int at) => TiffValue.U16(_bytes[at..], _little);

    public uint U32(int at) => TiffValue.U32(_bytes[at..], _little);

    /// <param name="entry">Where the entry starts; all its 12 bytes lie within the block.</param>
    /// <param name="value">The value's bytes, which lie within the block, and how to read them.</param>
    /// <returns>Null, or the code of what is wrong.</returns>
    public string? ReadValue(int entry, out TiffValue value)
    {
        value = default;
        var field = _bytes.Slice(entry, EntryBytes);
        var type = (TiffType)TiffValue.U16(field[2..], _little);
        var size = TiffValue.SizeOf(type);
        if (size == 0)
        {
            return MetadataCode.BadType;
        }

        var count = TiffValue.U32(field[4..], _little);
        var length = count * (long)size;
        if (count == 0 || length > Length)
        {
            return MetadataCode.BadCount;
        }

        var at = length <= 4 ? (uint)entry + 8 : TiffValue.U32(field[8..], _little);
        if (at > Length - length)
        {
            return MetadataCode.BadOffset;
        }

        value = new TiffValue(_bytes.Slice((int)at, (int)length), _little, type, (int)count);
        return null;
    }
}
