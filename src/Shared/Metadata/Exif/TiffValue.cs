using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>One field's value: a run of one type, read item by item without being copied.</summary>
internal readonly ref struct TiffValue(ReadOnlySpan<byte> bytes, bool little, TiffType type, int count)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    // By number of the type, from 0, which there is none of.
    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

    public ReadOnlySpan<byte> Bytes => _bytes;

    public TiffType Type => type;

    public int Count => count;

    /// <returns>Bytes per item, 0 for a type that TIFF does not know.</returns>
    public static int SizeOf(TiffType type) =>
        (int)type < Sizes.Length ? Sizes[(int)type] : type == TiffType.Utf8 ? 1 : 0;

    public static int U16(ReadOnlySpan<byte> bytes, bool little)
    {
        var number = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return little ? number : BinaryPrimitives.ReverseEndianness(number);
    }

    public static uint U32(ReadOnlySpan<byte> bytes, bool little)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return little ? number : BinaryPrimitives.ReverseEndianness(number);
    }

    /// <param name="item">From 0; below <see cref="Count"/>.</param>
    /// <returns>Null for a type that holds no whole number.</returns>
    public long? Integer(int item) => type switch
    {
        TiffType.Byte or TiffType.Undefined => _bytes[item],
        TiffType.SignedByte => (sbyte)_bytes[item],
        TiffType.Short => U16(item * 2),
        TiffType.SignedShort => (short)U16(item * 2),
        TiffType.Long or TiffType.Ifd => U32(item * 4),
        TiffType.SignedLong => (int)U32(item * 4),
        _ => null,
    };

    /// <summary>As <see cref="Integer"/>, but fractions too; the denominator may be zero.</summary>
    public (long Numerator, long Denominator)? Rational(int item) => type switch
    {
        TiffType.Rational => (U32(item * 8), U32((item * 8) + 4)),
        TiffType.SignedRational => ((int)U32(item * 8), (int)U32((item * 8) + 4)),
        _ => Integer(item) is { } whole ? (whole, 1) : null,
    };

    private int U16(int at) => U16(_bytes[at..], little);

    private uint U32(int at) => U32(_bytes[at..], little);
}
