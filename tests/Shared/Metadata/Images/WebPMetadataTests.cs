using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;
using static PhotoLambda.Tests.WebPBuilder;

namespace PhotoLambda.Tests;

public class WebPMetadataTests
{
    private static readonly byte[] Camera = ExifBuilder.Camera();

    [Fact]
    public void The_size_is_that_of_the_canvas_or_of_the_picture()
    {
        foreach (var chunk in new[] { Lossy(640, 480), Lossless(640, 480), Extended(640, 480, flags: 0) })
        {
            var metadata = ReadWhole(File([chunk]));

            Assert.Equal((MediaType.WebP, 640, 480), (metadata.Type, metadata.Width, metadata.Height));
            Assert.Empty(metadata.Errors);
        }

        Assert.Equal(16383, ReadWhole(File([Lossless(16383, 16384)])).Width);
        Assert.Equal(1 << 24, ReadWhole(File([Extended(1 << 24, 1, 0)])).Width);
    }

    [Theory]
    [InlineData("", 100)]
    [InlineData("Exif\0\0", 100)]
    [InlineData("", 5_000_001)]
    [InlineData("Exif\0\0", 66_000)]
    public void Exif_behind_the_picture_costs_one_more_range(string prefix, int length)
    {
        byte[] exif = [.. prefix.Select(c => (byte)c), .. Camera];

        var file = WithExif(exif, length);
        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(46.5, metadata.Gps?.Latitude);
        Assert.Empty(metadata.Errors);
        Assert.Equal(length < 1000 ? 1 : 2, fetched.Count);
        var at = (int)metadata.ExifBlock!.Value.Offset;
        Assert.Equal(Camera, file[at..(at + metadata.ExifBlock.Value.Count)]);
    }

    [Fact]
    public void Long_exif_behind_the_picture_costs_one_more_range()
    {
        byte[] exif = [.. Camera, .. new byte[60_000]];

        var metadata = ReadByRanges(WithExif(exif, 5_000_000), out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(2, fetched.Count);
    }

    [Fact]
    public void Exif_of_an_animation_is_found_at_its_end()
    {
        var file = File(
        [
            Extended(640, 480, 0x0A), Chunk("ANIM", new byte[6]), .. Enumerable.Repeat(Frame(9_001), 300),
            Frame(0), Chunk("ANMF", [.. "EXIF\u0002\0\0\0XMP EXIF"u8]), Chunk("EXIF", Camera), Chunk("XMP ", [1, 2, 3]),
        ]);

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Empty(metadata.Errors);
        Assert.Equal(2, fetched.Count);
    }

    [Fact]
    public void Letters_in_the_frames_of_an_animation_are_no_exif()
    {
        var letters = Enumerable.Repeat("EXIF\0\0\0\0"u8.ToArray(), 10_000).SelectMany(b => b).ToArray();

        var metadata = ReadWhole(File([Extended(640, 480, 0x0A), Chunk("ANMF", letters), Frame(0), Frame(9)]));

        Assert.Null(metadata.Exif);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void Exif_that_is_not_announced_is_read_from_the_head_alone()
    {
        byte[] Unannounced(int length) =>
            File([Extended(640, 480, 0), Lossy(640, 480, length), Chunk("EXIF", Camera)]);

        Assert.NotNull(ReadByRanges(Unannounced(100), out _).Exif);
        Assert.Null(ReadByRanges(Unannounced(100_000), out var fetched).Exif);
        Assert.Single(fetched);
    }

    [Fact]
    public void A_file_that_is_cut_off_keeps_its_size()
    {
        var metadata = ReadWhole(WithExif(Camera, 1000)[..500]);

        Assert.Equal((640, "webp:truncated"), (metadata.Width, Codes(metadata)));
    }

    [Fact]
    public void Each_guard_of_the_structure_fires()
    {
        byte[] lossy = Lossy(640, 480), inter = [.. lossy], start = [.. lossy], lossless = Lossless(640, 480);
        (inter[8], start[12], lossless[8]) = (0x11, 0, 0x30);

        Assert.Equal("webp:bad_header", Codes(ReadWhole(File([inter]))));
        Assert.Equal("webp:bad_header", Codes(ReadWhole(File([start]))));
        Assert.Equal("webp:bad_header", Codes(ReadWhole(File([lossless]))));
        Assert.Equal("webp:no_dimensions", Codes(ReadWhole(File([Lossy(0, 480)]))));
        Assert.Equal("webp:bad_structure", Codes(ReadWhole(File([Chunk("ICCP", new byte[20])]))));
        Assert.Equal("webp:bad_length", Codes(ReadWhole(File([Chunk("VP8X", new byte[9])]))));
        Assert.Equal("webp:truncated", Codes(ReadWhole(File([lossy], claimed: 9000))));
        Assert.Equal("webp:bad_length", Codes(ReadWhole(File([Extended(9, 9), lossy], claimed: 60))));
        Assert.Equal("webp:too_many_pixels", Codes(ReadWhole(File([Extended(1 << 24, 1 << 24, 0)]))));
    }

    [Fact]
    public void Too_many_chunks_end_the_reading()
    {
        var metadata = ReadWhole(File([Extended(640, 480), .. Enumerable.Repeat(Chunk("abcd", []), 7000)]));

        Assert.Equal((640, "webp:too_many_segments"), (metadata.Width, Codes(metadata)));
    }

    [Fact]
    public void An_oversized_exif_chunk_is_not_read()
    {
        Assert.Equal("exif:too_large", Codes(ReadByRanges(WithExif([.. Camera, .. new byte[70_000]]), out _)));
    }
}
