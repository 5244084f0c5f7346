using System.IO.Compression;
using System.Text;
using static PhotoLambda.Tests.ImageBuilder;

namespace PhotoLambda.Tests;

/// <summary>Small causes of large work: files that cost other readers minutes, gigabytes or their life.</summary>
internal static class HostileFiles
{
    private static readonly byte[] Camera = ExifBuilder.Camera();

    /// <summary>A structure within a structure, so many deep: a reader of XMP may double its work at each.</summary>
    public static byte[] JpegOfDeepXmp(int depth) =>
        Jpeg(exif: Camera, before: Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp(depth)]));

    /// <inheritdoc cref="JpegOfDeepXmp"/>
    public static byte[] PngOfDeepXmp(int depth) =>
        Png("iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Xmp(depth)]);

    /// <summary>Half a megabyte of text that is 512 MiB when it is inflated.</summary>
    public static byte[] PngOfInflatingText() => Png("zTXt", [.. "Comment\0\0"u8, .. Zeros(512)]);

    /// <summary>Sixteen EXIF blocks of 64 KiB, in each thousands of entries that share one long text.</summary>
    public static byte[] JpegOfSharedText()
    {
        const int entries = 4_000, textAt = 8 + 2 + (entries * 12) + 4;
        var exif = new ExifBuilder();
        for (var i = 0; i < entries; i++)
        {
            exif.Raw(0x010E + (i % 2), 2, [textAt & 0xFF, textAt >> 8, 0, 0], 15_000);
        }

        byte[] block = [.. exif.Build(), .. Enumerable.Repeat((byte)'x', 15_000)];
        return Jpeg(before: [.. Enumerable.Repeat(ExifSegment(block), 16).SelectMany(s => s)]);
    }

    /// <summary>25 MB: 5 million comments of one byte.</summary>
    public static byte[] JpegOfComments() => [0xFF, 0xD8, .. Repeat(Segment(0xFE, [0]), 5_000_000), 0xFF, 0xD9];

    /// <summary>15 MB: a million texts of three bytes.</summary>
    public static byte[] PngOfTexts() =>
        [.. ImageBuilder.Png()[..33], .. Repeat(Chunk("tEXt", [65, 0, 66]), 1_000_000), .. Chunk("IEND", [])];

    /// <summary>41 bytes that claim 2 GB.</summary>
    public static byte[] PngOfClaims() => [.. ImageBuilder.Png()[..33], 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8];

    /// <summary>240 KB: a <c>meta</c> box in a <c>meta</c> box, 20,000 deep.</summary>
    public static byte[] HeifOfNestedBoxes()
    {
        const int depth = 20_000;
        var file = new List<byte>([0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8]);
        for (var left = depth; left > 0; left--)
        {
            var size = left * 12;
            file.AddRange([0, (byte)(size >> 16), (byte)(size >> 8), (byte)size, .. "meta"u8, 0, 0, 0, 0]);
        }

        return [.. file];
    }

    private static byte[] Png(string type, byte[] data) =>
        [.. ImageBuilder.Png()[..33], .. Chunk(type, data), .. ImageBuilder.Png(exif: Camera)[33..]];

    private static byte[] Xmp(int depth)
    {
        var text = new StringBuilder("<x:xmpmeta xmlns:x='adobe:ns:meta/'>");
        text.Insert(text.Length, "<a:b rdf:parseType='Resource'>", depth).Insert(text.Length, "</a:b>", depth);
        return Encoding.ASCII.GetBytes(text.Append("</x:xmpmeta>").ToString());
    }

    /// <summary>A zlib stream of so many MiB of zeros: one flushed block again and again.</summary>
    private static byte[] Zeros(int mebibytes)
    {
        using var compressed = new MemoryStream();
        using var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true);
        zlib.Write(new byte[1 << 20]);
        zlib.Flush();
        return [.. compressed.ToArray()[..2], .. Repeat(compressed.ToArray()[2..], mebibytes), 3, 0, 0, 0, 0, 0];
    }

    private static byte[] Repeat(byte[] part, int times)
    {
        var all = new byte[part.Length * times];
        for (var at = 0; at < all.Length; at += part.Length)
        {
            part.CopyTo(all, at);
        }

        return all;
    }
}
