using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Steps from marker to marker (ITU-T T.81, B.1.1); each segment it gives lies within the object.</summary>
internal struct JpegSegments(Reading reading)
{
    public const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, App1 = 0xE1;

    /// <summary>Bytes between segments that belong to none; libjpeg skips them with a warning, we up to here.</summary>
    private const int MaxStray = 16 * 1024;

    private long _next = 2;
    private int _stray;

    /// <summary>Where the current segment's length field is, or the bytes behind a marker that has none.</summary>
    public long At { get; private set; }

    public byte Marker { get; private set; }

    /// <summary>Bytes of the segment with its length field, without its marker.</summary>
    public int Length { get; private set; }

    public readonly bool IsFrame => IsFrameMarker(Marker);

    /// <summary>SOF0 to SOF15, without DHT, JPG and DAC, which lie among them.</summary>
    public static bool IsFrameMarker(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <returns>False when there is no next one: the reason is recorded, or bytes are missing.</returns>
    public bool TryNext()
    {
        if (!TryMarker())
        {
            return false;
        }

        // TEM, RSTn and SOI have no length; behind SOS comes the scan, behind EOI nothing of the picture.
        var isAlone = Marker is 0x01 or (>= 0xD0 and <= StartOfScan);
        Length = 0;
        return isAlone || TryLength();
    }

    /// <summary>Goes to behind the next marker, over fill bytes (FF) and over bytes that should not be there.</summary>
    private bool TryMarker()
    {
        var stray = 0;
        for (; _stray <= MaxStray; _stray++, _next++)
        {
            if (!reading.TryRead(_next, 2, out var pair))
            {
                return false;
            }

            if (pair[0] == 0xFF && pair[1] is not (0 or 0xFF))
            {
                Marker = pair[1];
                NoteStray(stray);
                At = _next += 2;
                return true;
            }

            stray += pair[0] == 0xFF && pair[1] == 0xFF ? 0 : 1;
        }

        reading.Error(MetadataCode.BadStructure, $"no marker in {MaxStray} bytes before {_next}");
        return false;
    }

    private readonly void NoteStray(int bytes)
    {
        if (bytes > 0)
        {
            reading.Error(MetadataCode.BadStructure, $"{bytes} stray bytes before {_next}");
        }
    }

    private bool TryLength()
    {
        if (!reading.TryRead(At, 2, out var bytes))
        {
            return false;
        }

        Length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (Length < (IsFrame ? 8 : 2))
        {
            reading.Error(MetadataCode.BadLength, $"segment {Marker:X2} at {At} has length {Length}");
            return false;
        }

        if (Length > reading.Window.Length - At)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, within segment {Marker:X2}");
            return false;
        }

        _next = At + Length;
        return true;
    }
}
