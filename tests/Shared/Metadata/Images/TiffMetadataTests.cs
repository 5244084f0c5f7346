using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class TiffMetadataTests
{
    private const int Pointer = 0x8769;

    private static readonly int[] Texts = [0x010F, 0x0110, 0x0131, 0x9003, 0x9004, 0xA433, 0xA434];

    [Theory]
    [InlineData(true, 8, 1)]
    [InlineData(false, 8, 1)]
    [InlineData(true, 5_000_000, 2)]
    public void Size_and_exif_are_read_wherever_they_lie(bool littleEndian, int start, int ranges)
    {
        var metadata = ReadByRanges(Camera(littleEndian, start).Build(), out var fetched);

        Assert.Equal((MediaType.Tiff, 640, 480), (metadata.Type, metadata.Width, metadata.Height));
        Assert.Equal(("Test", 200, 6), (metadata.Exif?.CameraMake, metadata.Exif?.Iso, metadata.Orientation));
        Assert.Equal(new DateTime(2024, 5, 1, 9, 30, 0), metadata.Exif?.TakenAt);
        Assert.Equal(46.5, metadata.Gps?.Latitude);
        Assert.Empty(metadata.Errors);
        Assert.Null(metadata.ExifBlock);
        Assert.Equal(ranges, fetched.Count);
    }

    [Fact]
    public void A_tiff_gives_what_its_exif_gives_in_a_jpeg()
    {
        foreach (var littleEndian in new[] { true, false })
        {
            var block = ExifBuilder.Everything(littleEndian);
            var (tiff, jpeg) = (ReadWhole(block), MetadataTestFiles.ReadExif(block));

            // The thumbnail is one of the JPEG's block, not of the file.
            Assert.Equal(jpeg.Exif! with { Thumbnail = null }, tiff.Exif);
            Assert.Equal(jpeg.Gps, tiff.Gps);
            Assert.Equal("tiff:no_dimensions", Codes(tiff));
        }
    }

    [Fact]
    public void A_directory_far_from_the_first_costs_one_more_range()
    {
        // The Exif IFD in the head, the first directory at the end, the GPS IFD in between.
        var file = Camera(true, 2_000_000).Build();

        ReadByRanges(file, out var fetched);

        Assert.True(fetched.Count <= 3);
        Assert.True(fetched.Sum(r => r.Count) <= 192 * 1024);
    }

    [Fact]
    public void A_tiff_without_exif_has_none()
    {
        var metadata = ReadWhole(new ExifBuilder().Shorts(0x0100, 640).Shorts(0x0101, 480).Build());

        Assert.Equal((640, 480, null), (metadata.Width, metadata.Height, metadata.Exif));
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void Text_of_any_length_costs_its_first_kilobyte()
    {
        var metadata = ReadWhole(Sized().Ascii(0x010F, new string('x', 3_000_000)).Build());

        Assert.Equal(256, metadata.Exif?.CameraMake?.Length);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void Each_guard_of_the_directories_fires()
    {
        var big = Sized().Build();
        big[2] = 43;
        byte[] At(uint ifd0) => [.. "II*\0"u8, .. BitConverter.GetBytes(ifd0), .. new byte[20]];

        Assert.Equal("tiff:unsupported", Codes(ReadWhole(big)));
        Assert.Equal("IFD0:bad_offset tiff:no_dimensions", Codes(ReadWhole(At(0))));
        Assert.Equal("IFD0:bad_offset tiff:no_dimensions", Codes(ReadWhole(At(4))));
        Assert.Equal("tiff:truncated tiff:no_dimensions", Codes(ReadWhole(At(uint.MaxValue))));
        Assert.Equal("tiff:no_dimensions", Codes(ReadWhole(At(8))));
        Assert.Equal("ExifIFD:loop", Codes(ReadWhole(Sized().Longs(Pointer, 8).Build())));
        Assert.Equal("tiff:truncated", Codes(ReadWhole(Sized().Longs(Pointer, 99_999).Build())));
        byte[] many = [.. At(8)[..8], 0x71, 0x17, .. new byte[6001 * 12]];
        Assert.Equal("tiff:too_many_segments tiff:no_dimensions", Codes(ReadWhole(many)));
        Assert.Equal("tiff:too_many_pixels",
            Codes(ReadWhole(new ExifBuilder().Longs(0x0100, 1 << 30).Longs(0x0101, 1 << 30).Build())));
    }

    [Fact]
    public void Each_guard_of_the_values_fires()
    {
        Assert.Equal("Make:bad_type", Codes(ReadWhole(Sized().Raw(0x010F, 99, [1, 2, 3, 4]).Build())));
        Assert.Equal("Make:bad_count", Codes(ReadWhole(Sized().Raw(0x010F, 2, [1], count: 0).Build())));
        Assert.Equal("Make:bad_offset", Codes(ReadWhole(Sized().Raw(0x010F, 2, [1, 2, 3, 4], count: 500).Build())));
        var twice = ReadWhole(Sized().Ascii(0x010F, "one").Ascii(0x010F, "two").Build());
        Assert.Equal("one", twice.Exif?.CameraMake);
    }

    [Fact]
    public void Values_scattered_over_a_file_end_at_the_budget()
    {
        var builder = Sized();
        for (var i = 0; i < Texts.Length; i++)
        {
            builder.Raw(Texts[i], 2, BitConverter.GetBytes(1_000_000 * (i + 1)), count: 20);
        }

        byte[] file = [.. builder.Build(), .. new byte[1_000_000 * (Texts.Length + 1)]];

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal("tiff:budget", Codes(metadata));
        Assert.Equal(640, metadata.Width);
        Assert.True(fetched.Sum(r => r.Count) <= ReadLimits.Default.MaxBytes);
    }

    private static ExifBuilder Sized() => new ExifBuilder().Shorts(0x0100, 640).Shorts(0x0101, 480);

    private static ExifBuilder Camera(bool littleEndian, int start) => new ExifBuilder(littleEndian, start)
        .Longs(0x0100, 640).Shorts(0x0101, 480).Ascii(0x010F, "Test").Shorts(0x0112, 6).Shorts(0x8827, 200)
        .Ascii(0x9003, "2024:05:01 09:30:00").Position((46, 30, 0, 'N'), (8, 15, 0, 'E'));
}
