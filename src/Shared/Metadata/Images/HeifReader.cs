using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads a HEIC or AVIF: steps over the boxes of the file (ISO/IEC 14496-12, 4.2) to its meta box, which says what the
/// picture's size is, how it is turned, and where its EXIF lies.
/// </summary>
internal sealed class HeifReader(Reading reading)
{
    /// <summary>Bytes; for a picture of 200 tiles 10 KB are needed.</summary>
    public const int MaxMeta = 128 * 1024;

    private ByteRange? _meta;

    public void Read()
    {
        if (!TryWalk())
        {
            return;
        }

        if (_meta is not { } place)
        {
            reading.Error(MetadataCode.NoDimensions, "no meta box");
        }
        else if (place.Count > MaxMeta)
        {
            reading.Error(MetadataCode.TooLarge, $"meta box of {place.Count} bytes, limit {MaxMeta}");
        }
        else if (reading.TryRead(place.Offset, place.Count, out var body))
        {
            Read(new HeifMeta(body, reading));
        }
    }

    private void Read(HeifMeta meta)
    {
        if (meta.Primary is not { } primary)
        {
            reading.Error(MetadataCode.NoDimensions, "no primary item");
            return;
        }

        HeifProperties.Read(meta, primary);
        HeifExif.Read(meta, primary);
    }

    /// <summary>Goes on behind the meta box as far as the head goes: lengths tell whether the file is whole.</summary>
    /// <returns>False when bytes are missing.</returns>
    private bool TryWalk()
    {
        long at = 0;
        for (var boxes = 0; at < reading.Window.Length; boxes++)
        {
            if (boxes >= reading.Limits.MaxSegments)
            {
                reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
                return true;
            }

            if (_meta is not null && at >= reading.Limits.HeadBytes)
            {
                return true;
            }

            if (!TryBox(at, out var length))
            {
                return reading.Window.Missing is null;
            }

            at += length;
        }

        return true;
    }

    private bool TryBox(long at, out long length)
    {
        length = 0;
        if (!reading.TryRead(at, HeifBox.Header, out var header))
        {
            return false;
        }

        var isLong = BinaryPrimitives.ReadUInt32BigEndian(header) == 1;
        if (isLong && !reading.TryRead(at, HeifBox.LongHeader, out header))
        {
            return false;
        }

        var (type, rest) = (BinaryPrimitives.ReadUInt32BigEndian(header[4..]), reading.Window.Length - at);
        length = HeifBox.Length(header, rest);
        if (length < 0 || length > rest)
        {
            var code = length < 0 ? MetadataCode.BadLength : MetadataCode.Truncated;
            reading.Error(code, $"box {type:X8} at {at} of {reading.Window.Length}");
            return false;
        }

        if (type == HeifBox.Meta)
        {
            _meta ??= new ByteRange(at + header.Length, (int)Math.Min(length - header.Length, int.MaxValue));
        }

        return true;
    }
}
