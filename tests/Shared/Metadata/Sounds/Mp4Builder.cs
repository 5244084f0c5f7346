using System.Text;
using static PhotoLambda.Tests.AudioBuilder;

namespace PhotoLambda.Tests;

/// <summary>Makes MPEG-4 files box by box, with sound of 44.1 kHz that is not there.</summary>
internal static class Mp4Builder
{
    public static byte[] Box(string type, params byte[][] content) =>
        [.. Big(8 + content.Sum(c => c.Length), 4), .. Encoding.Latin1.GetBytes(type), .. content.SelectMany(c => c)];

    public static byte[] Ftyp(string brand = "M4A ") => Box("ftyp", Encoding.ASCII.GetBytes(brand + "\0\0\0\0isom"));

    /// <summary>Two seconds long, unless the tracks say otherwise.</summary>
    public static byte[] Moov(params byte[][] boxes) => Box("moov", [Mvhd(), .. boxes]);

    public static byte[] Mvhd() => Box("mvhd", new byte[12], Big(1000, 4), Big(2000, 4), new byte[80]);

    /// <param name="duration">In samples.</param>
    /// <param name="edits">An edts box, if any.</param>
    /// <param name="tables">Bytes of the tables behind the sample description.</param>
    public static byte[] Track(
        long duration = 88_200, string handler = "soun", byte[]? entry = null, byte[]? edits = null, int tables = 0) =>
        Box("trak", edits ?? [], Media(
            Box("mdhd", new byte[12], Big(44_100, 4), Big(duration, 4), new byte[4]), handler, entry, tables));

    public static byte[] Media(byte[] times, string handler = "soun", byte[]? entry = null, int tables = 0) =>
        Box("mdia", times, Box("hdlr", new byte[8], Encoding.ASCII.GetBytes(handler), new byte[13]), Box("minf", Box(
            "stbl", Box("stsd", Big(1, 8), entry ?? Entry(Esds("1210"))), Box("stsz", new byte[tables]))));

    /// <summary>Of two channels and 44.1 kHz, whatever its boxes say.</summary>
    public static byte[] Entry(params byte[][] boxes) =>
        Box("mp4a", [.. new byte[16], 0, 2, 0, 16, 0, 0, 0, 0, 0xAC, 0x44, 0, 0, .. boxes.SelectMany(b => b)]);

    /// <param name="config">The AudioSpecificConfig, in hex.</param>
    public static byte[] Esds(string config, string streamFields = "000100")
    {
        byte[] specific = Descriptor(5, Convert.FromHexString(config));
        return Box("esds", new byte[4], Descriptor(
            3, [.. Convert.FromHexString(streamFields), .. Descriptor(4, [.. new byte[13], .. specific])]));
    }

    public static byte[] Descriptor(byte tag, byte[] content) => [tag, 0x80, 0x80, (byte)content.Length, .. content];

    public static byte[] Edits(params (long Length, int From)[] edits) =>
        Box("edts", Box("elst", new byte[4], Big(edits.Length, 4), [.. edits.SelectMany(
            e => (byte[])[.. Big(e.Length, 4), .. Big(e.From, 4), 0, 1, 0, 0])]));

    public static byte[] Mdat(int length = 32_000) => Box("mdat", new byte[length]);
}
