using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Walks a JPEG's marker segments up to its scan (ITU-T T.81, annex B): size from the frame header, EXIF from the first
/// APP1 that has it. Other segments are stepped over without being read, whatever their number in between.
/// </summary>
internal sealed class JpegReader(Reading reading)
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, App1 = 0xE1;

    /// <summary>Bytes between segments that belong to none; libjpeg skips them with a warning, and so do we, so far.</summary>
    private const int MaxStray = 16 * 1024;

    private long _at = 2;
    private int _stray;

    public void Read()
    {
        if (!ReadSegments())
        {
            return;
        }

        if (reading.Width is null && reading.Height is null)
        {
            reading.Error(MetadataCode.NoDimensions, "no frame header before the scan");
        }

        JpegEnd.Check(reading, _at);
    }

    /// <returns>False when the walk could not come to its end: the reason is recorded, or bytes are missing.</returns>
    private bool ReadSegments()
    {
        for (var segments = 0; segments < reading.Limits.MaxSegments; segments++)
        {
            if (!TryMarker(out var marker))
            {
                return false;
            }

            if (marker is StartOfScan or EndOfImage)
            {
                return true;
            }

            if (!IsAlone(marker) && !TrySegment(marker))
            {
                return false;
            }

            if (reading.HasExif && reading.Width is not null)
            {
                return true;
            }
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
        return false;
    }

    /// <summary>Goes to just after the next marker, over fill bytes (FF) and over bytes that should not be there.</summary>
    private bool TryMarker(out byte marker)
    {
        marker = 0;
        var stray = 0;
        while (_stray <= MaxStray)
        {
            if (!reading.TryRead(_at, 2, out var pair))
            {
                return false;
            }

            if (pair[0] == 0xFF && pair[1] is not (0 or 0xFF))
            {
                marker = pair[1];
                _at += 2;
                NoteStray(stray);
                return true;
            }

            stray += pair[0] == 0xFF && pair[1] == 0xFF ? 0 : 1;
            _stray++;
            _at++;
        }

        reading.Error(MetadataCode.BadStructure, $"no marker within {MaxStray} bytes before {_at}");
        return false;
    }

    private void NoteStray(int bytes)
    {
        if (bytes > 0)
        {
            reading.Error(MetadataCode.BadStructure, $"{bytes} stray bytes before {_at - 2}");
        }
    }

    /// <summary>Reads one segment, from its length on, and steps over it.</summary>
    private bool TrySegment(byte marker)
    {
        if (!reading.TryRead(_at, 2, out var bytes))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length < (IsFrame(marker) ? 8 : 2))
        {
            reading.Error(MetadataCode.BadLength, $"segment {marker:X2} at {_at} has length {length}");
            return false;
        }

        if (length > reading.Window.Length - _at)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, within segment {marker:X2}");
            return false;
        }

        if ((IsFrame(marker) && !TryFrame()) || (marker == App1 && !TryExif(length)))
        {
            return false;
        }

        _at += length;
        return true;
    }

    private bool TryFrame()
    {
        if (!reading.TryRead(_at, 8, out var frame))
        {
            return false;
        }

        // The first frame counts. A height of 0 means that it follows the first scan (DNL), which no one writes.
        if (reading.Width is null)
        {
            var height = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
            reading.Dimensions(BinaryPrimitives.ReadUInt16BigEndian(frame[5..]), height);
        }

        return true;
    }

    private bool TryExif(int length)
    {
        const int header = 8;
        if (length < header)
        {
            return true;
        }

        if (!reading.TryRead(_at, header, out var name))
        {
            return false;
        }

        if (!name[2..].SequenceEqual("Exif\0\0"u8))
        {
            return true;
        }

        if (!reading.TryRead(_at, length, out var segment))
        {
            return false;
        }

        reading.ReadExif(segment[header..]);
        return true;
    }

    /// <summary>SOF0 to SOF15, without DHT, JPG and DAC, which lie among them.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>TEM, RSTn and SOI have no length.</summary>
    private static bool IsAlone(byte marker) => marker is 0x01 or (>= 0xD0 and <= StartOfImage);
}
