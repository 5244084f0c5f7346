using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Walks a PNG's chunks (W3C PNG third edition, 5): size from IHDR, EXIF from eXIf. Chunks of text and profiles, which
/// may be compressed, are stepped over.
/// </summary>
internal struct PngReader(Reading reading)
{
    /// <summary>A chunk of image data of at least this many bytes is perhaps the only one: worth a request.</summary>
    private const int LargeData = 64 * 1024;

    private long _at = 8;
    private bool _hasStepped;
    private bool _isInTail;

    public void Read()
    {
        for (var chunks = 0; chunks < reading.Limits.MaxSegments; chunks++)
        {
            if (!reading.TryRead(_at, PngChunk.Header, out var header))
            {
                return;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            var type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            if (!IsSound(length, type, isFirst: chunks == 0) || type == PngChunk.Iend)
            {
                return;
            }

            if (type == PngChunk.Idat && !StepsOver(length))
            {
                if (reading.HasExif || !TryTail())
                {
                    return;
                }

                continue;
            }

            if ((chunks == 0 || type == PngChunk.Exif) && !TryChunk(type, (int)length))
            {
                return;
            }

            _at += length + PngChunk.Framing;
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
    }

    private readonly bool IsSound(uint length, uint type, bool isFirst)
    {
        if (!PngChunk.IsName(type) || (isFirst && (type != PngChunk.Ihdr || length != 13)))
        {
            reading.Error(MetadataCode.BadStructure, $"chunk {type:X8} of {length} bytes at {_at}");
            return false;
        }

        if (length > int.MaxValue)
        {
            reading.Error(MetadataCode.BadLength, $"chunk of {length} bytes at {_at}");
            return false;
        }

        if (length + PngChunk.Framing > reading.Window.Length - _at)
        {
            var detail = $"ends at {reading.Window.Length}, within a chunk of {length} bytes at {_at}";
            reading.Error(MetadataCode.Truncated, detail);
            return false;
        }

        return true;
    }

    /// <summary>
    /// EXIF may follow the image data. A short file or rest is walked whole; in a long one, one large chunk is stepped
    /// over; from among many the walk goes to the file's end.
    /// </summary>
    private bool StepsOver(uint length)
    {
        var limits = reading.Limits;
        if (_isInTail || reading.Window.Length <= limits.HeadBytes)
        {
            return true;
        }

        if (reading.HasExif)
        {
            return false;
        }

        var next = _at + length + PngChunk.Framing + PngChunk.Header;
        if (next <= limits.HeadBytes || reading.Window.Length - _at <= limits.SecondBytes)
        {
            return true;
        }

        return !_hasStepped && (_hasStepped = length >= LargeData);
    }

    private bool TryTail()
    {
        var size = _hasStepped ? reading.Limits.ThirdBytes : reading.Limits.SecondBytes;
        _isInTail = PngTail.TryFind(reading, _at, size, out _at);
        return _isInTail;
    }

    /// <returns>False when its bytes are missing.</returns>
    private readonly bool TryChunk(uint type, int length)
    {
        if (length > ExifReader.MaxBlock)
        {
            reading.Errors.Add("exif", MetadataCode.TooLarge, $"{length} bytes, limit {ExifReader.MaxBlock}");
            return true;
        }

        if (!reading.TryRead(_at, length + PngChunk.Framing, out var chunk))
        {
            return false;
        }

        if (!PngChunk.IsIntact(chunk))
        {
            reading.Error(MetadataCode.BadChecksum, $"chunk of {length} bytes at {_at}");
        }
        else if (type == PngChunk.Exif)
        {
            reading.ReadExif(chunk[PngChunk.Header..^4], _at + PngChunk.Header);
        }
        else
        {
            var size = chunk[PngChunk.Header..];
            var height = BinaryPrimitives.ReadUInt32BigEndian(size[4..]);
            reading.Dimensions(BinaryPrimitives.ReadUInt32BigEndian(size), height);
        }

        return true;
    }
}
