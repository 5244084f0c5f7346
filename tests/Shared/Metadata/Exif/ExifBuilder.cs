using System.Buffers.Binary;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Makes EXIF blocks (from the TIFF header on), well-formed unless asked otherwise.</summary>
/// <param name="start">Where IFD0 starts: in a TIFF file, image data may lie before it.</param>
public sealed class ExifBuilder(bool littleEndian = true, int start = 8)
{
    private const int ExifPointer = 0x8769, GpsPointer = 0x8825;

    private readonly List<Entry> _main = [], _exif = [], _gps = [], _thumbnail = [];

    private sealed record Entry(int Tag, int Type, uint Count, byte[] Value);

    /// <summary>A block as a camera writes it: names, exposure, date with offset, position.</summary>
    public static byte[] Camera(int orientation = 1) => new ExifBuilder()
        .Ascii(0x010F, "PhotoLambda").Ascii(0x0110, "Test Camera").Shorts(0x0112, orientation)
        .Rational(0x829A, (1, 250)).Rational(0x829D, (28, 10)).Shorts(0x8827, 200)
        .Ascii(0x9003, "2024:05:01 09:30:00").Ascii(0x9011, "+02:00")
        .Shorts(0x9209, 1).Rational(0x920A, (50, 1)).Ascii(0xA434, "Test Lens 50mm")
        .Position((46, 30, 0, 'N'), (8, 15, 0, 'E'))
        .Build();

    /// <summary>A block with every tag that is read.</summary>
    public static byte[] Everything(bool littleEndian) => new ExifBuilder(littleEndian)
        .Ascii(0x010F, "PhotoLambda").Ascii(0x0110, "Test Camera").Shorts(0x0112, 6).Ascii(0x0131, "Tests 1.0")
        .Ascii(0x0132, "2024:05:02 10:00:00").Longs(0x0201, 8).Longs(0x0202, 16)
        .Rational(0x829A, (1, 250)).Rational(0x829D, (28, 10)).Shorts(0x8822, 3).Shorts(0x8827, 0xFFFF)
        .Longs(0x8831, 102_400).Longs(0x8832, 102_400).Longs(0x8833, 102_400)
        .Ascii(0x9003, "2024:05:01 09:30:00").Ascii(0x9004, "2024:05:01 09:30:01")
        .Ascii(0x9010, "+01:00").Ascii(0x9011, "-03:30").Ascii(0x9012, "+03:00")
        .SignedRational(0x9204, (-1, 3)).Shorts(0x9207, 5).Shorts(0x9209, 0x19).Rational(0x920A, (50, 1))
        .Ascii(0x9290, "1").Ascii(0x9291, "25").Ascii(0x9292, "333").Shorts(0xA403, 1).Shorts(0xA405, 75)
        .Rational(0xA432, (24, 1), (70, 1), (28, 10), (4, 1)).Ascii(0xA433, "PhotoLambda").Ascii(0xA434, "Zoom 24-70")
        .Position((33, 51, 25, 'S'), (151, 12, 30, 'W'))
        .Raw(5, 1, [1]).Rational(6, (1250, 100)).Rational(7, (13, 1), (0, 1), (30, 1))
        .Ascii(0x10, "T").Rational(0x11, (271, 2)).Ascii(0x1D, "2024:05:01").Rational(0x1F, (5, 1))
        .Build();

    public ExifBuilder Ascii(int tag, string text) => Raw(tag, 2, [.. Encoding.UTF8.GetBytes(text), 0]);

    public ExifBuilder Shorts(int tag, params int[] values) =>
        Raw(tag, 3, [.. values.SelectMany(v => Number(2, (uint)v))], (uint)values.Length);

    public ExifBuilder Longs(int tag, params uint[] values) =>
        Raw(tag, 4, [.. values.SelectMany(v => Number(4, v))], (uint)values.Length);

    public ExifBuilder Rational(int tag, params (uint Numerator, uint Denominator)[] values) =>
        Raw(tag, 5, Pairs(values), (uint)values.Length);

    public ExifBuilder SignedRational(int tag, params (int Numerator, int Denominator)[] values) =>
        Raw(tag, 10, Pairs(values.Select(v => ((uint)v.Numerator, (uint)v.Denominator))), (uint)values.Length);

    /// <summary>Latitude and longitude as degrees, minutes, seconds and a letter.</summary>
    public ExifBuilder Position((uint, uint, uint, char Ref) latitude, (uint, uint, uint, char Ref) longitude) =>
        Ascii(1, $"{latitude.Ref}").Rational(2, (latitude.Item1, 1), (latitude.Item2, 1), (latitude.Item3, 1))
        .Ascii(3, $"{longitude.Ref}").Rational(4, (longitude.Item1, 1), (longitude.Item2, 1), (longitude.Item3, 1));

    /// <summary>Any entry. It goes where its number belongs: GPS IFD, IFD0 or Exif IFD, IFD1.</summary>
    /// <param name="count">What the entry claims; by default the number of bytes.</param>
    public ExifBuilder Raw(int tag, int type, byte[] value, uint? count = null)
    {
        var directory = tag switch
        {
            < 0x20 => _gps,
            0x0201 or 0x0202 => _thumbnail,
            < 0x8000 or ExifPointer or GpsPointer => _main,
            _ => _exif,
        };
        directory.Add(new Entry(tag, type, count ?? (uint)value.Length, value));
        return this;
    }

    public byte[] Build()
    {
        var hasExif = _exif.Count > 0;
        var hasGps = _gps.Count > 0;
        var added = (hasExif && !Points(ExifPointer) ? 1 : 0) + (hasGps && !Points(GpsPointer) ? 1 : 0);
        var exif = start + Size(_main) + (added * 12);
        var gps = exif + (hasExif ? Size(_exif) : 0);
        var thumbnail = gps + (hasGps ? Size(_gps) : 0);
        AddPointer(ExifPointer, hasExif, exif);
        AddPointer(GpsPointer, hasGps, gps);

        var block = new List<byte>(littleEndian ? "II*\0"u8.ToArray() : "MM\0*"u8.ToArray());
        block.AddRange(Number(4, (uint)start));
        block.AddRange(new byte[start - 8]);
        Write(block, _main, next: _thumbnail.Count > 0 ? thumbnail : 0);
        Write(block, hasExif ? _exif : null, 0);
        Write(block, hasGps ? _gps : null, 0);
        Write(block, _thumbnail.Count > 0 ? _thumbnail : null, 0);
        return [.. block];
    }

    private void AddPointer(int tag, bool present, int offset)
    {
        if (present && !Points(tag))
        {
            _main.Add(new Entry(tag, 4, 1, Number(4, (uint)offset)));
        }
    }

    private bool Points(int tag) => _main.Any(e => e.Tag == tag);

    private static int Size(List<Entry> entries) =>
        2 + (entries.Count * 12) + 4 + entries.Sum(e => Outside(e).Length);

    /// <summary>Values of more than four bytes lie behind the directory, at even offsets (TIFF 6.0).</summary>
    private static byte[] Outside(Entry entry) =>
        entry.Value.Length <= 4 ? [] : entry.Value.Length % 2 == 0 ? entry.Value : [.. entry.Value, 0];

    private void Write(List<byte> block, List<Entry>? entries, int next)
    {
        if (entries is null)
        {
            return;
        }

        var values = block.Count + 2 + (entries.Count * 12) + 4;
        block.AddRange(Number(2, (uint)entries.Count));
        foreach (var entry in entries)
        {
            block.AddRange([.. Number(2, (uint)entry.Tag), .. Number(2, (uint)entry.Type), .. Number(4, entry.Count)]);
            var outside = Outside(entry).Length;
            var inside = 4 - entry.Value.Length;
            block.AddRange(outside > 0 ? Number(4, (uint)values) : [.. entry.Value, .. new byte[inside]]);
            values += outside;
        }

        block.AddRange(Number(4, (uint)next));
        block.AddRange(entries.SelectMany(Outside));
    }

    private byte[] Pairs(IEnumerable<(uint, uint)> values) =>
        [.. values.SelectMany(v => Number(4, v.Item1).Concat(Number(4, v.Item2)))];

    private byte[] Number(int size, uint value)
    {
        var bytes = new byte[4];
        if (littleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes[..size];
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes[(4 - size)..];
    }
}
