using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>The numbers of a TIFF file in its byte order, and its bytes by neighbourhoods.</summary>
internal sealed class TiffFile(Reading reading, bool isLittle)
{
    /// <summary>What belongs together lies near: bytes that are fetched before and after what is not at hand.</summary>
    private const int Around = 32 * 1024;

    public bool IsLittle => isLittle;

    public ushort U16(ReadOnlySpan<byte> bytes) => isLittle
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    public uint U32(ReadOnlySpan<byte> bytes) => isLittle
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    /// <param name="entry">Tag, type, count, and the value.</param>
    /// <returns>A whole number of at most four bytes, 0 where there is none.</returns>
    public uint Inline(ReadOnlySpan<byte> entry)
    {
        var value = new TiffValue(entry[8..], isLittle, (TiffType)U16(entry[2..]), 1);
        return value.Integer(0) is >= 0 and var number ? (uint)number : 0;
    }

    public bool TryRead(long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        if (reading.Window.TryRead(offset, count, out bytes))
        {
            return true;
        }

        if (reading.Window.Missing is null)
        {
            return reading.TryRead(offset, count, out bytes);
        }

        var start = Math.Max(0, offset - Around);
        var end = Math.Min(reading.Window.Length, offset + Math.Max(count, Around));
        return reading.TryRead(start, (int)(end - start), out bytes);
    }
}
