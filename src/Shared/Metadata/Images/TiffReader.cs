namespace PhotoLambda.Metadata;

/// <summary>
/// Reads a TIFF 6.0 file, whose directories and values may lie anywhere: the size from the first directory; what EXIF
/// there is in it, the Exif IFD and the GPS IFD goes into an excerpt, which is then read as any EXIF block.
/// </summary>
internal sealed class TiffReader(Reading reading)
{
    private const ExifTag ImageWidth = (ExifTag)0x0100, ImageLength = (ExifTag)0x0101;

    /// <summary>Bytes of one value that are taken: no tag that is read means more.</summary>
    private const int MaxValue = 1024;

    private TiffFile _file = new(reading, isLittle: true);
    private TiffExcerpt _excerpt = new(isLittle: true);
    private uint _width, _height, _exif, _gps;

    public void Read()
    {
        if (!reading.TryRead(0, 8, out var header))
        {
            return;
        }

        var isLittle = header[0] == 'I';
        (_file, _excerpt) = (new TiffFile(reading, isLittle), new TiffExcerpt(isLittle));
        if (_file.U16(header[2..]) != 42)
        {
            reading.Error(MetadataCode.Unsupported, "BigTIFF");
            return;
        }

        var ifd0 = _file.U32(header[4..]);
        var isRead = TryDirectory("IFD0", ifd0, [], ExifTag.Make, ExifTag.LensModel);
        if (isRead || (_width > 0 && _height > 0))
        {
            reading.Dimensions(_width, _height);
        }

        if (isRead && (_exif == 0 || TryDirectory("ExifIFD", _exif, [ifd0], ExifTag.Make, ExifTag.LensModel))
            && (_gps == 0 || TryDirectory(
                "GPSInfoIFD", _gps, [ifd0, _exif], ExifTag.GPSLatitudeRef, ExifTag.GPSHPositioningError))
            && !_excerpt.IsEmpty)
        {
            reading.ReadExif(_excerpt.Build(reading.Window), offset: null);
        }
    }

    /// <param name="seen">Where the directories before are: each is entered once.</param>
    /// <returns>False when bytes are missing; what is wrong is recorded.</returns>
    private bool TryDirectory(string name, uint offset, ReadOnlySpan<uint> seen, ExifTag first, ExifTag last)
    {
        var code = seen.Contains(offset) ? MetadataCode.Loop : offset < 8 ? MetadataCode.BadOffset : null;
        if (code is not null)
        {
            reading.Errors.Add(name, code, $"starts at {offset}");
            return true;
        }

        if (!TryEntries(name, offset, out var entries))
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

    private bool TryEntries(string name, uint offset, out ReadOnlySpan<byte> entries)
    {
        entries = default;
        if (!_file.TryRead(offset, 2, out var bytes))
        {
            return false;
        }

        var count = _file.U16(bytes);
        if (count > reading.Limits.MaxSegments)
        {
            reading.Error(MetadataCode.TooManySegments, $"{name} has {count} entries");
            return false;
        }

        return _file.TryRead(offset + 2L, count * TiffBlock.EntryBytes, out entries);
    }

    /// <returns>False when bytes are missing.</returns>
    private bool TryEntry(ReadOnlySpan<byte> entry, long at, ExifTag first, ExifTag last)
    {
        var tag = (ExifTag)_file.U16(entry);
        switch (tag)
        {
            case ImageWidth when _width == 0:
                _width = _file.Inline(entry);
                return true;
            case ImageLength when _height == 0:
                _height = _file.Inline(entry);
                return true;
            case ExifTag.ExifIFD when _exif == 0:
                _exif = _file.Inline(entry);
                return true;
            case ExifTag.GPSInfoIFD when _gps == 0:
                _gps = _file.Inline(entry);
                return true;
            // Pointers that come twice; and in IFD0, TIFF 6.0's own kind of JPEG, which is no thumbnail.
            case ExifTag.ExifIFD or ExifTag.GPSInfoIFD:
            case ExifTag.JPEGInterchangeFormat or ExifTag.JPEGInterchangeFormatLength:
                return true;
            default:
                return tag < first || tag > last || !_excerpt.Wants(tag) || TryValue(entry, tag, at);
        }
    }

    private bool TryValue(ReadOnlySpan<byte> entry, ExifTag tag, long at)
    {
        var (type, count) = (_file.U16(entry[2..]), _file.U32(entry[4..]));
        var size = TiffValue.SizeOf((TiffType)type);
        var length = count * size;
        var offset = length <= 4 ? at + 8 : _file.U32(entry[8..]);
        var code = size == 0 ? MetadataCode.BadType
            : count == 0 ? MetadataCode.BadCount
            : offset > reading.Window.Length - length ? MetadataCode.BadOffset : null;
        if (code is not null)
        {
            reading.Errors.Add(tag, code, $"type {type}, count {count}, value {_file.U32(entry[8..])}");
            return true;
        }

        var kept = (int)Math.Min(length, MaxValue);
        if (!_file.TryRead(offset, kept, out _))
        {
            return false;
        }

        _excerpt.Add(new TiffField(tag, type, (uint)(kept / size), offset, kept));
        return true;
    }
}
