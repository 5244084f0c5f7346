using System.Buffers.Binary;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Files that tell of a place in every way that is known.</summary>
internal static class ScrubFiles
{
    public const string Packet =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF exif:GPSLatitude='46,29.894N'/></x:xmpmeta>";

    /// <summary>A block with a position, a maker note, a packet, and a thumbnail that has a position itself.</summary>
    public static byte[] FullBlock() => ThumbnailBuilder.With(
        () => new ExifBuilder().Ascii(0x010F, "PhotoLambda").Raw(0x02BC, 1, Encoding.ASCII.GetBytes(Packet))
            .Raw(0x927C, 7, "a note of the maker with 46.498"u8.ToArray())
            .Position((46, 29, 53, 'N'), (7, 44, 10, 'E')),
        ThumbnailBuilder.Talkative());

    public static byte[] XmpSegment(string packet = Packet) =>
        ImageBuilder.Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(packet)]);

    public static byte[] WebP(byte[] exif, params (string Type, byte[] Data)[] more)
    {
        byte[] body = [.. "WEBP"u8, .. Chunk("VP8X", new byte[10]), .. Chunk("VP8L", new byte[8])];
        body = [.. body, .. Chunk("EXIF", exif), .. more.SelectMany(c => Chunk(c.Type, c.Data))];
        return [.. "RIFF"u8, .. Little(body.Length), .. body];
    }

    /// <summary>Its boxes, without tables: what is searched for is found by how it begins.</summary>
    public static byte[] Heif(byte[] exif, params (string Type, byte[] Data)[] more) =>
    [
        .. Box("ftyp", "heic\0\0\0\0mif1heic"u8.ToArray()), .. Box("meta", new byte[4]),
        .. Box("mdat", [.. "\0\0\0\x06"u8, .. "Exif\0\0"u8, .. exif, .. Encoding.ASCII.GetBytes(Packet)]),
        .. more.SelectMany(b => Box(b.Type, b.Data)),
    ];

    /// <summary>Of a camera, with a position.</summary>
    public static byte[] RealHeif()
    {
        Missing.SkipUnless(Repository.Photos is not null, "../shared/photos is not there (set PHOTOLAMBDA_PHOTOS)");
        return File.ReadAllBytes(Path.Combine(Repository.Photos, "heic", "IMG_1034.heic"));
    }

    private static byte[] Box(string type, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length + 8);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. data];
    }

    private static byte[] Chunk(string type, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), .. Little(data.Length), .. data, .. new byte[data.Length % 2]];

    private static byte[] Little(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
