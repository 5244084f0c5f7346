using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>One field's value: a run of one type, read item by item without being copied.</summary>
internal readonly ref struct TiffValue(ReadOnlySpan<byte> bytes, bool little, TiffType type, int count)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public TiffType Type => type;

    public int Count => count;

    /// <returns>Bytes per item, 0 for a type that TIFF does not know.</returns>
    public static long SizeOf(TiffType type) => type switch
    {
        TiffType.Byte or TiffType.Ascii or TiffType.SignedByte or TiffType.Undefined or TiffType.Utf8 => 1,
        TiffType.Short or TiffType.SignedShort => 2,
        TiffType.Long or TiffType.SignedLong or TiffType.Float or TiffType.Ifd => 4,
        TiffType.Rational or TiffType.SignedRational or TiffType.Double => 8,
        _ => 0,
    };

    public int U16(int at) => little
        ? BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..]);

    public uint U32(int at) => little
        ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..]);

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
}
