using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads a TIFF 6.0 file, whose directories and values may lie anywhere: the size from the first directory; what EXIF
/// there is in it, the Exif IFD and the GPS IFD goes into an excerpt, which is then read as any EXIF block.
/// </summary>
internal sealed class TiffReader(Reading reading)
{
    private const int ImageWidth = 0x0100, ImageLength = 0x0101;

    /// <summary>Bytes of one value that are taken: no tag that is read means more.</summary>
    private const int MaxValue = 1024;

    /// <summary>What belongs together lies near: bytes that are fetched before and after what is not at hand.</summary>
    private const int Around = 32 * 1024;

    private TiffExcerpt _excerpt = new(isLittle: true);
    private long _width, _height;
    private uint _exif, _gps;

    public void Read()
    {
        if (!reading.TryRead(0, 8, out var header))
        {
            return;
        }

        _excerpt = new TiffExcerpt(isLittle: header[0] == 'I');
        if (U16(header[2..]) != 42)
        {
            reading.Error(MetadataCode.Unsupported, "BigTIFF");
            return;
        }

        var ifd0 = U32(header[4..]);
        if (!TryDirectory("IFD0", ifd0, [], ExifTag.Make, ExifTag.LensModel))
        {
            return;
        }

        reading.Dimensions(_width, _height);
        if (TryDirectory("ExifIFD", _exif, [0, ifd0], ExifTag.Make, ExifTag.LensModel)
            && TryDirectory("GPSInfoIFD", _gps, [0, ifd0, _exif], ExifTag.GPSLatitudeRef, ExifTag.GPSHPositioningError)
            && !_excerpt.IsEmpty)
        {
            reading.ReadExif(_excerpt.Build(reading.Window), offset: null);
        }
    }

    /// <param name="seen">Where the directories before are; 0 stands for none.</param>
    /// <returns>False when bytes are missing.</returns>
    private bool TryDirectory(string name, uint offset, ReadOnlySpan<uint> seen, ExifTag first, ExifTag last)
    {
        if (seen.Contains(offset) || offset < 8)
        {
            if (offset != 0 || seen.IsEmpty)
            {
                var code = seen.Contains(offset) ? MetadataCode.Loop : MetadataCode.BadOffset;
                reading.Errors.Add(name, code, $"starts at {offset}");
            }

            return true;
        }

        if (!TryNear(offset, 2, out var count))
        {
            return reading.Window.Missing is null;
        }

        if (U16(count) > reading.Limits.MaxSegments)
        {
            reading.Error(MetadataCode.TooManySegments, $"{name} has {U16(count)} entries");
            return true;
        }

        if (!TryNear(offset + 2L, U16(count) * TiffBlock.EntryBytes, out var entries))
        {
            return reading.Window.Missing is null;
        }

        for (var at = 0; at < entries.Length; at += TiffBlock.EntryBytes)
        {
            if (!TryEntry(entries.Slice(at, TiffBlock.EntryBytes), offset + 2L + at, first, last))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>False when bytes are missing.</returns>
    private bool TryEntry(ReadOnlySpan<byte> entry, long at, ExifTag first, ExifTag last)
    {
        var tag = (ExifTag)U16(entry);
        switch (tag)
        {
            case (ExifTag)ImageWidth when _width == 0:
                _width = Inline(entry);
                return true;
            case (ExifTag)ImageLength when _height == 0:
                _height = Inline(entry);
                return true;
            case ExifTag.ExifIFD when _exif == 0:
                _exif = Inline(entry);
                return true;
            case ExifTag.GPSInfoIFD when _gps == 0:
                _gps = Inline(entry);
                return true;
            // In IFD0 they are image data in the manner of TIFF 6.0's own JPEG, not a thumbnail.
            case ExifTag.JPEGInterchangeFormat or ExifTag.JPEGInterchangeFormatLength:
                return true;
            default:
                return tag < first || tag > last || !_excerpt.Wants(tag) || TryValue(entry, tag, at);
        }
    }

    private bool TryValue(ReadOnlySpan<byte> entry, ExifTag tag, long at)
    {
        var (type, count) = (U16(entry[2..]), U32(entry[4..]));
        var size = TiffValue.SizeOf((TiffType)type);
        var length = count * size;
        var offset = length <= 4 ? at + 8 : U32(entry[8..]);
        var code = size == 0 ? MetadataCode.BadType
            : count == 0 ? MetadataCode.BadCount
            : offset > reading.Window.Length - length ? MetadataCode.BadOffset : null;
        if (code is not null)
        {
            reading.Errors.Add(tag, code, $"type {type}, count {count}, value {U32(entry[8..])}");
            return true;
        }

        var kept = (int)Math.Min(length, MaxValue);
        if (!TryNear(offset, kept, out _))
        {
            return reading.Window.Missing is null;
        }

        _excerpt.Add(new TiffField(tag, type, (uint)(kept / size), offset, kept));
        return true;
    }

    private bool TryNear(long offset, int count, out ReadOnlySpan<byte> bytes)
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

    /// <returns>A whole number of at most four bytes, 0 where there is none.</returns>
    private uint Inline(ReadOnlySpan<byte> entry)
    {
        var type = (TiffType)U16(entry[2..]);
        var value = new TiffValue(entry[8..], _excerpt.IsLittle, type, 1);
        return value.Integer(0) is >= 0 and var number ? (uint)number : 0;
    }

    private ushort U16(ReadOnlySpan<byte> bytes) => _excerpt.IsLittle
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint U32(ReadOnlySpan<byte> bytes) => _excerpt.IsLittle
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
