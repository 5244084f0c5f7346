using System.Buffers.Binary;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Makes HEIC and AVIF files of boxes: all of their structure, but no picture that decodes.</summary>
internal sealed record HeifBuilder
{
    private const int Picture = 1, ExifItem = 2;

    public string Brand { get; init; } = "heic";

    public byte[]? Exif { get; init; }

    /// <summary>Property boxes of the picture, in the order in which they are associated.</summary>
    public byte[][] Properties { get; init; } = [Ispe(640, 480)];

    /// <summary>Of the iloc box: 0, 1 or 2.</summary>
    public int Version { get; init; }

    /// <summary>Bytes of each offset and length in the iloc box: 4 or 8.</summary>
    public int NumberSize { get; init; } = 4;

    /// <summary>Whether EXIF lies in the meta box (construction method 1), for which the version is 1 or 2.</summary>
    public bool InData { get; init; }

    /// <summary>In how many pieces EXIF lies.</summary>
    public int Extents { get; init; } = 1;

    /// <summary>Bytes of image data before EXIF.</summary>
    public int PictureBytes { get; init; } = 100;

    public bool MetaLast { get; init; }

    /// <summary>Entries of the iinf box before that of EXIF.</summary>
    public byte[][] OtherItems { get; init; } = [];

    /// <summary>More boxes within the meta box.</summary>
    public byte[] More { get; init; } = [];

    public static byte[] Box(string type, params byte[][] body) => [.. U32(8 + body.Sum(b => b.Length)),
        .. Encoding.ASCII.GetBytes(type), .. body.SelectMany(b => b)];

    public static byte[] FullBox(string type, int version, params byte[][] body) =>
        Box(type, [[(byte)version, 0, 0, 0], .. body]);

    public static byte[] Ispe(uint width, uint height) => FullBox("ispe", 0, U32(width), U32(height));

    public static byte[] Irot(byte angle) => Box("irot", [angle]);

    public static byte[] Imir(byte axis) => Box("imir", [axis]);

    public static byte[] U16(int number) => [(byte)(number >> 8), (byte)number];

    public static byte[] U32(long number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        return bytes;
    }

    public static byte[] Infe(int item, string type) => FullBox("infe", 2, U16(item), U16(0),
        Encoding.ASCII.GetBytes(type), [0]);

    /// <summary>The offset that an EXIF item starts with, here over "Exif\0\0", and the block.</summary>
    public static byte[] Item(byte[] exif) => [.. U32(6), .. "Exif\0\0"u8, .. exif];

    public byte[] Build()
    {
        var item = Exif is null ? [] : Item(Exif);
        byte[] ftyp = Box("ftyp", Encoding.ASCII.GetBytes(Brand), U32(0), "mif1"u8.ToArray());
        byte[] mdat = Box("mdat", new byte[PictureBytes], InData ? [] : item);
        // The meta box is as long wherever the data is.
        var data = ftyp.Length + 8 + PictureBytes + (MetaLast ? 0 : Meta(item, 0).Length);
        var meta = Meta(item, InData ? 0 : data);
        return MetaLast ? [.. ftyp, .. mdat, .. meta] : [.. ftyp, .. meta, .. mdat];
    }

    private byte[] Meta(byte[] item, long at)
    {
        var associations = Properties.Select((_, i) => (byte)(i + 1)).ToArray();
        byte[][] entries = [Infe(Picture, "hvc1"), .. OtherItems];
        entries = Exif is null ? entries : [.. entries, Infe(ExifItem, "Exif")];
        return FullBox("meta", 0,
            FullBox("hdlr", 0, new byte[4], "pict"u8.ToArray(), new byte[13]),
            FullBox("pitm", 0, U16(Picture)),
            FullBox("iinf", 0, [U16(entries.Length), .. entries]),
            Exif is null ? [] : FullBox("iref", 0, Box("cdsc", U16(ExifItem), U16(1), U16(Picture))),
            Box("iprp", Box("ipco", Properties),
                FullBox("ipma", 0, U32(1), U16(Picture), [(byte)associations.Length], associations)),
            Exif is null ? [] : Iloc(item.Length, at),
            InData ? Box("idat", item) : [],
            More);
    }

    private byte[] Iloc(int length, long at)
    {
        var version = InData ? Math.Max(1, Version) : Version;
        byte[] Id(int id) => version < 2 ? U16(id) : U32(id);
        var each = length / Extents;
        var extents = Enumerable.Range(0, Extents).SelectMany(i =>
            Number(at + (i * each)).Concat(Number(i == Extents - 1 ? length - (i * each) : each)));
        return FullBox("iloc", version, U16((NumberSize * 0x1100) + (NumberSize << 4)), Id(1),
            Id(ExifItem), version == 0 ? [] : U16(InData ? 1 : 0), U16(0), Number(0), U16(Extents), [.. extents]);
    }

    private byte[] Number(long number) => [.. new byte[NumberSize - 4], .. U32(number)];
}
