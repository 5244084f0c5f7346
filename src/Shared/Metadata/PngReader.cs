using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Walks a PNG's chunks (W3C PNG third edition, 5): size from IHDR, EXIF from eXIf. Chunks of text and profiles, which
/// may be compressed, are stepped over.
/// </summary>
internal sealed class PngReader(Reading reading)
{
    /// <summary>Image data in chunks of at least this many bytes is worth a request each to step over.</summary>
    private const int LargeData = 64 * 1024;

    private const int MaxSteps = 4;

    private long _at = 8;
    private int _steps;

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
                PngEnd.Read(reading, _at);
                return;
            }

            if ((chunks == 0 || type == PngChunk.Exif) && !TryChunk(type, (int)length))
            {
                return;
            }

            _at += length + PngChunk.Framing;
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
    }

    private bool IsSound(uint length, uint type, bool isFirst)
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
    /// A short file is walked whole. In a long one EXIF may still follow the image data: a few large chunks are stepped
    /// over; of many small ones only the file's end is looked at.
    /// </summary>
    private bool StepsOver(uint length) =>
        reading.Window.Length <= reading.Limits.HeadBytes
        || (!reading.HasExif && length >= LargeData && _steps++ < MaxSteps);

    /// <returns>False when its bytes are missing.</returns>
    private bool TryChunk(uint type, int length)
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
