using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads a JPEG up to its scan (ITU-T T.81, annex B): size from the frame header, EXIF from the first APP1 that has it.
/// Other segments are stepped over without being read.
/// </summary>
internal struct JpegReader(Reading reading)
{
    private JpegSegments _segments = new(reading);

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

        JpegEnd.Check(reading, _segments.At + _segments.Length);
    }

    /// <returns>False when the walk could not come to its end: the reason is recorded, or bytes are missing.</returns>
    private bool ReadSegments()
    {
        for (var count = 0; count < reading.Limits.MaxSegments; count++)
        {
            if (!_segments.TryNext())
            {
                return false;
            }

            if (_segments.Marker is JpegSegments.StartOfScan)
            {
                return true;
            }

            if (_segments.Marker is JpegSegments.EndOfImage)
            {
                reading.Error(MetadataCode.BadStructure, "an end marker, but no scan before it");
                return false;
            }

            if ((_segments.IsFrame && !TryFrame()) || (_segments.Marker == JpegSegments.App1 && !TryExif()))
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

    private readonly bool TryFrame()
    {
        if (!reading.TryRead(_segments.At, 8, out var frame))
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

    private readonly bool TryExif()
    {
        const int header = 8;
        if (_segments.Length < header)
        {
            return true;
        }

        if (!reading.TryRead(_segments.At, header, out var name))
        {
            return false;
        }

        if (!name[2..].SequenceEqual("Exif\0\0"u8))
        {
            return true;
        }

        if (!reading.TryRead(_segments.At, _segments.Length, out var segment))
        {
            return false;
        }

        reading.ReadExif(segment[header..], _segments.At + header);
        return true;
    }
}
