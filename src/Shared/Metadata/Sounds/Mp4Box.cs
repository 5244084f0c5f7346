using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>A box of ISO 14496-12, 4.2: its type, and where its content lies in the file.</summary>
internal readonly record struct Mp4Box(uint Type, long Content, long End)
{
    public const uint
        Moov = 0x6D6F6F76, Mdat = 0x6D646174, Mvhd = 0x6D766864, Mvex = 0x6D766578, Mehd = 0x6D656864,
        Sidx = 0x73696478, Trak = 0x7472616B, Edts = 0x65647473, Elst = 0x656C7374, Mdia = 0x6D646961,
        Mdhd = 0x6D646864, Hdlr = 0x68646C72, Minf = 0x6D696E66, Stbl = 0x7374626C, Stsd = 0x73747364;

    private const int Header = 8, LongHeader = 16;

    /// <summary>Whether it holds boxes on the way to what is read.</summary>
    public bool IsContainer => Type is Trak or Edts or Mdia or Minf or Stbl or Mvex;

    /// <param name="end">Of what the box lies in.</param>
    /// <returns>False where the box is broken, which is recorded, or bytes are missing.</returns>
    public static bool TryRead(Reading reading, long at, long end, out Mp4Box box)
    {
        box = default;
        if (!reading.TryRead(at, Header, out var bytes))
        {
            return false;
        }

        long size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var isLong = size == 1;
        var type = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (isLong)
        {
            if (!reading.TryRead(at, LongHeader, out bytes))
            {
                return false;
            }

            size = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
        }

        // 0 means up to the end of the file, which only the last of it may say.
        size = size == 0 && end == reading.Window.Length ? end - at : size;
        if (size < bytes.Length)
        {
            reading.Error(MetadataCode.BadLength, $"box of {size} bytes at {at}");
            return false;
        }

        box = new Mp4Box(type, at + bytes.Length, size > long.MaxValue - at ? long.MaxValue : at + size);
        return true;
    }

    /// <summary>Reads the start of the content.</summary>
    /// <returns>False where the box has less, which is recorded, or bytes are missing.</returns>
    public bool TryRead(Reading reading, int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count > End - Content)
        {
            reading.Error(MetadataCode.BadLength, $"box of {End - Content} bytes at {Content}, needs {count}");
            return false;
        }

        return reading.TryRead(Content, count, out bytes);
    }
}
