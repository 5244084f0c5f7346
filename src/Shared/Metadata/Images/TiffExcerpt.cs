using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>A field of a TIFF file, and where its value lies in the file.</summary>
internal readonly record struct TiffField(ExifTag Tag, int Type, uint Count, long Offset, int Length);

/// <summary>
/// Fields from all over a TIFF file as one EXIF block in the file's byte order: IFD0, which serves for the Exif IFD
/// too, and GPS IFD. Of a tag that occurs more than once, the first counts.
/// </summary>
internal sealed class TiffExcerpt(bool isLittle)
{
    private const int Header = 8;

    private readonly bool[] _seen = new bool[ExifTags.Slots];
    private readonly List<TiffField> _camera = [], _gps = [];

    public bool IsLittle => isLittle;

    public bool IsEmpty => _camera.Count + _gps.Count == 0;

    /// <summary>Whether the tag is one that is read, asked about for the first time.</summary>
    public bool Wants(ExifTag tag)
    {
        var slot = ExifTags.Slot((int)tag);
        var isNew = slot >= 0 && !_seen[slot];
        if (isNew)
        {
            _seen[slot] = true;
        }

        return isNew;
    }

    public void Add(TiffField field) => (field.Tag < ExifTag.Make ? _gps : _camera).Add(field);

    /// <param name="window">Holds the values.</param>
    public byte[] Build(ObjectWindow window)
    {
        var gps = Header + Size(_camera.Count + 1);
        var values = gps + Size(_gps.Count);
        var block = new byte[values + _camera.Concat(_gps).Sum(f => f.Length)];
        (isLittle ? "II*\0"u8 : "MM\0*"u8).CopyTo(block);
        U32(block.AsSpan(4), Header);
        U16(block.AsSpan(Header), _camera.Count + 1);
        Entry(block.AsSpan(Header + 2), ExifTag.GPSInfoIFD, (int)TiffType.Long, 1);
        U32(block.AsSpan(Header + 2 + 8), (uint)gps);
        Write(window, block, Header + 2 + TiffBlock.EntryBytes, _camera, ref values);
        U16(block.AsSpan(gps), _gps.Count);
        Write(window, block, gps + 2, _gps, ref values);
        return block;
    }

    /// <summary>Count, entries, and where the next directory is.</summary>
    private static int Size(int entries) => 2 + (entries * TiffBlock.EntryBytes) + 4;

    private void Write(ObjectWindow window, byte[] block, int at, List<TiffField> fields, ref int values)
    {
        foreach (var field in fields)
        {
            Entry(block.AsSpan(at), field.Tag, field.Type, field.Count);
            var place = field.Length <= 4 ? at + 8 : values;
            if (field.Length > 4)
            {
                U32(block.AsSpan(at + 8), (uint)values);
                values += field.Length;
            }

            if (window.TryRead(field.Offset, field.Length, out var value))
            {
                value.CopyTo(block.AsSpan(place));
            }

            at += TiffBlock.EntryBytes;
        }
    }

    private void Entry(Span<byte> entry, ExifTag tag, int type, uint count)
    {
        U16(entry, (int)tag);
        U16(entry[2..], type);
        U32(entry[4..], count);
    }

    private void U16(Span<byte> to, int value)
    {
        if (isLittle)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)value);
        }
    }

    private void U32(Span<byte> to, uint value)
    {
        if (isLittle)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(to, value);
        }
    }
}
