using System.IO.Compression;
using System.Text;
using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;

namespace PhotoLambda.Tests;

/// <summary>Where else than in the EXIF block a position may be, and which files nobody can vouch for.</summary>
public class HiddenPositionTests
{
    private static readonly byte[] Secret = "46.498 the place"u8.ToArray();

    public static TheoryData<string, byte[]> Hidden()
    {
        var jpeg = ImageBuilder.Jpeg();
        var png = ImageBuilder.Png();
        byte[] WithSegment(byte[] segment) => ImageBuilder.Jpeg(before: segment);
        byte[] WithChunk(string type, byte[] data) => [.. png[..33], .. ImageBuilder.Chunk(type, data), .. png[33..]];
        return new()
        {
            { "a JPEG's maker note", ImageBuilder.Jpeg(exif: new ExifBuilder().Raw(0x927C, 7, Secret).Build()) },
            { "a user comment", ImageBuilder.Jpeg(exif: new ExifBuilder().Raw(0x9286, 7,
                [.. "UNICODE\0"u8, .. Encoding.Unicode.GetBytes("Latitude 46.498 the place")]).Build()) },
            { "Windows' comment", ImageBuilder.Jpeg(exif: new ExifBuilder().Raw(0x9C9C, 1,
                Encoding.Unicode.GetBytes("Latitude 46.498 the place")).Build()) },
            { "GeoTIFF's keys", new ExifBuilder().Raw(0x87B1, 2, Secret).Build() },
            { "a second EXIF segment", WithSegment([
                .. ImageBuilder.ExifSegment(ExifBuilder.Camera()), .. ImageBuilder.ExifSegment(Located()) ]) },
            { "an EXIF segment without a TIFF header", WithSegment(ImageBuilder.ExifSegment(Secret)) },
            { "a packet", WithSegment(ScrubFiles.XmpSegment("<x exif:GPSLatitude='46.498 the place'/>")) },
            { "a packet in UTF-16", WithSegment(ImageBuilder.Segment(0xE1, [
                .. "http://ns.adobe.com/xap/1.0/\0"u8,
                .. Encoding.BigEndianUnicode.GetBytes("<x exif:GPSLatitude='46.498 the place'/>") ])) },
            { "an extended packet", WithSegment(ImageBuilder.Segment(0xE1, [
                .. "http://ns.adobe.com/xmp/extension/\0"u8, .. Secret ])) },
            { "Photoshop's EXIF", WithSegment(ImageBuilder.Segment(0xED, [
                .. "Photoshop 3.0\0"u8, .. Located() ])) },
            { "a comment", WithSegment(ImageBuilder.Segment(0xFE, [.. "GPS: "u8, .. Secret])) },
            { "a maker's segment", WithSegment(ImageBuilder.Segment(0xE5, [.. "RMETA\0"u8, .. Secret])) },
            { "FLIR's segment", WithSegment(ImageBuilder.Segment(0xE1, [.. "FLIR\0"u8, .. Secret])) },
            { "a film behind the picture", [.. jpeg, .. "\0\0\0\x14ftypmp42"u8, .. Secret] },
            { "a second picture", [.. jpeg, 0, 0, .. ImageBuilder.Jpeg(exif: Located())] },
            { "a film behind a second picture", [.. jpeg, .. jpeg, .. Secret] },
            { "a thumbnail", ImageBuilder.Jpeg(exif: ThumbnailBuilder.With(
                () => new ExifBuilder().Ascii(0x010F, "x"), ImageBuilder.Jpeg(exif: Located()))) },
            { "a broken thumbnail", ImageBuilder.Jpeg(exif: ThumbnailBuilder.With(
                () => new ExifBuilder().Ascii(0x010F, "x"), Secret)) },
            { "a PNG's text", WithChunk("tEXt", [.. "Comment\0at longitude "u8, .. Secret]) },
            { "a PNG's compressed text", WithChunk("zTXt", [.. "Comment\0\0"u8, .. Deflate(Secret)]) },
            { "a PNG's international text", WithChunk("iTXt", [
                .. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Encoding.ASCII.GetBytes(ScrubFiles.Packet), .. Secret ]) },
            { "a PNG's compressed packet", WithChunk("iTXt", [
                .. "XML:com.adobe.xmp\0\x01\0en\0\0"u8, .. Deflate(Secret) ]) },
            { "ImageMagick's profile", WithChunk("tEXt", [
                .. "Raw profile type exif\0\nexif\n"u8, .. Encoding.ASCII.GetBytes(Convert.ToHexString(Secret)) ]) },
            { "a PNG's private chunk", WithChunk("plAc", Secret) },
            { "what follows a PNG", [.. png, .. Secret] },
            { "a WebP's packet", ScrubFiles.WebP(ExifBuilder.Camera(), ("XMP ", [.. "exif:GPS='"u8, .. Secret])) },
            { "a WebP's private chunk", ScrubFiles.WebP(ExifBuilder.Camera(), ("PLAC", Secret)) },
            { "what follows a WebP", [.. ScrubFiles.WebP(ExifBuilder.Camera()), .. Secret] },
            { "a JPEG's header in a WebP", ScrubFiles.WebP([.. "Exif\0\0"u8, .. Located()]) },
            { "a HEIF's private box", ScrubFiles.Heif(ExifBuilder.Camera(), ("uuid", Secret)) },
            { "a film in a HEIF", ScrubFiles.Heif(Located(), ("mpvd", Secret)) },
        };
    }

    [Theory]
    [MemberData(nameof(Hidden), DisableDiscoveryEnumeration = true)]
    public void A_hidden_position_is_found(string where, byte[] file)
    {
        Assert.True(Tells(file), $"{where} has nothing to hide");
        var scrubbed = file.ToArray();

        var outcome = GpsScrub.Run(scrubbed, MediaReader.Sniff(file.AsSpan(0, Math.Min(64, file.Length))), null);

        Assert.Equal((where, ScrubOutcome.Scrubbed), (where, outcome));
        Assert.False(Tells(scrubbed), where);
        var before = MetadataTestFiles.ReadWhole(file);
        var after = MetadataTestFiles.ReadWhole(scrubbed);
        Assert.Equal((before.Width, before.Height, before.Exif?.CameraMake),
            (after.Width, after.Height, after.Exif?.CameraMake));
        Assert.Equal(before.HasError("bad_checksum"), after.HasError("bad_checksum"));
    }

    public static TheoryData<string, string, byte[]> Unknowable()
    {
        var jpeg = ImageBuilder.Jpeg(exif: Located());
        var chain = new List<byte>([.. "II*\0\x08\0\0\0"u8]);
        for (var i = 0; i < 70; i++)
        {
            chain.AddRange([1, 0, 0, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(chain.Count + 18)]);
        }

        return new()
        {
            { "no known type", nameof(MediaType.Unknown), jpeg },
            { "stray bytes", nameof(MediaType.Jpeg), [.. jpeg[..2], 1, 2, 3, .. jpeg[2..]] },
            { "cut within a segment", nameof(MediaType.Jpeg), jpeg[..40] },
            { "a segment that is too short", nameof(MediaType.Jpeg), [0xFF, 0xD8, 0xFF, 0xE1, 0, 1, .. jpeg[2..]] },
            { "a PNG with an unknown chunk it needs", nameof(MediaType.Png),
                [.. ImageBuilder.Png()[..33], .. ImageBuilder.Chunk("PLaC", Secret), .. ImageBuilder.Png()[33..]] },
            { "a PNG that ends within a chunk", nameof(MediaType.Png), ImageBuilder.Png(exif: Located())[..80] },
            { "a TIFF of more directories than any has", nameof(MediaType.Tiff), [.. chain] },
            { "no TIFF", nameof(MediaType.Tiff), Secret },
            { "a HEIF with tracks", nameof(MediaType.Heic), ScrubFiles.Heif(Located(), ("moov", Secret)) },
            { "a HEIF that still speaks of places", nameof(MediaType.Heic),
                ScrubFiles.Heif(Located(), ("mdat", [.. "GPSLatitude"u8, .. Secret])) },
            { "a HEIF of no boxes", nameof(MediaType.Avif), Secret },
            { "a GIF with a packet", nameof(MediaType.Gif), [
                .. "GIF89a"u8, .. Encoding.ASCII.GetBytes(ScrubFiles.Packet) ] },
            { "a recording with a place", nameof(MediaType.M4a), [
                .. "\0\0\0\x1Dftyp"u8, 0xA9, .. "xyz+46.498+007.7/"u8 ] },
            { "a recording with a picture", nameof(MediaType.Mp3), [.. "ID3\x03\0\0\0\0\x7fAPIC"u8, .. jpeg] },
            { "a recording with a PNG", nameof(MediaType.Flac), ImageBuilder.Png(exif: Located()) },
            { "a recording with a picture in base64", nameof(MediaType.Ogg), [
                .. "METADATA_BLOCK_PICTURE="u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(jpeg)) ] },
            { "a film", nameof(MediaType.Mp4), Secret },
        };
    }

    [Theory]
    [MemberData(nameof(Unknowable), DisableDiscoveryEnumeration = true)]
    public void What_nobody_can_vouch_for_is_not_called_clean(string what, string type, byte[] file) => Assert.Equal(
        (what, ScrubOutcome.Unknown), (what, GpsScrub.Run([.. file], Enum.Parse<MediaType>(type), null)));

    [Fact]
    public void A_block_in_pieces_cannot_be_vouched_for()
    {
        var bytes = ScrubFiles.Heif(ExifBuilder.Camera());
        var metadata = new MediaMetadata { Type = MediaType.Heic, Exif = new ExifData() };

        Assert.Equal(ScrubOutcome.Unknown, GpsScrub.Run([.. bytes], metadata));
        Assert.Equal(ScrubOutcome.Scrubbed, GpsScrub.Run([.. bytes], metadata with { Exif = null }));
    }

    [Fact]
    public void What_holds_no_position_is_left_as_it_is()
    {
        var exif = new ExifBuilder().Ascii(0x010F, "PhotoLambda").Shorts(0x0112, 6)
            .Ascii(0x9003, "2024:05:01 09:30:00").Raw(0x9286, 7, "ASCII\0\0\0a walk on the lagps"u8.ToArray()).Build();
        byte[] segments =
        [
            .. ImageBuilder.Segment(0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 0, 0]),
            .. ImageBuilder.Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[100]]),
            .. ImageBuilder.Segment(0xE2, [.. "MPF\0"u8, .. "II*\0"u8, .. new byte[20]]),
            .. ImageBuilder.Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
            .. ImageBuilder.Segment(0xFE, "a comment"u8.ToArray()),
            .. ScrubFiles.XmpSegment("<x:xmpmeta xmlns:x='adobe:ns:meta/'>/9j/AGPSx+gps</x:xmpmeta>"),
        ];
        (MediaType Type, byte[] Bytes)[] files =
        [
            (MediaType.Jpeg, ImageBuilder.Jpeg(exif: exif, before: segments)),
            (MediaType.Png, ImageBuilder.Png(exif: exif)), (MediaType.WebP, ScrubFiles.WebP(exif)),
            (MediaType.Tiff, exif),
            (MediaType.Gif, [.. "GIF89a"u8, .. Secret]), (MediaType.Mp3, [.. "ID3"u8, .. Secret]),
        ];
        foreach (var (type, bytes) in files)
        {
            var scrubbed = bytes.ToArray();
            Assert.Equal((type, ScrubOutcome.Clean), (type, GpsScrub.Run(scrubbed, type, null)));
            Assert.Equal(bytes, scrubbed);
        }
    }

    [Fact]
    public void Directories_that_share_all_their_values_cost_little()
    {
        // The GPS IFD has as many entries as fit, and each claims the whole block.
        var block = new byte[65_000];
        "II*\0\x08\0\0\0"u8.CopyTo(block);
        new byte[] { 1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0 }.CopyTo(block, 8);
        BitConverter.GetBytes((ushort)5400).CopyTo(block, 26);
        for (var i = 0; i < 5400; i++)
        {
            new byte[] { 2, 0, 7, 0, 0, 0xFD, 0, 0, 26, 0, 0, 0 }.CopyTo(block, 28 + (i * 12));
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(ScrubOutcome.Scrubbed, GpsScrub.Run(block, MediaType.Tiff, null));

        Assert.True(watch.ElapsedMilliseconds < 100, $"{watch.ElapsedMilliseconds} ms");
        Assert.False(block.AsSpan(26).ContainsAnyExcept((byte)0));
    }

    private static byte[] Located() => new ExifBuilder()
        .Rational(2, (46, 1), (29, 1), (5364, 100)).Raw(4, 7, Secret).Build();

    private static bool Tells(byte[] file)
    {
        byte[][] forms =
        [
            Secret, Encoding.Unicode.GetBytes("46.498 the place"),
            Encoding.BigEndianUnicode.GetBytes("46.498 the place"), Deflate(Secret),
            Encoding.ASCII.GetBytes(Convert.ToHexString(Secret)),
        ];
        return forms.Any(f => file.AsSpan().IndexOf(f) >= 0);
    }

    private static byte[] Deflate(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(data);
        }

        return compressed.ToArray();
    }
}
