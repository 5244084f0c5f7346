using PhotoLambda.Metadata;
using static PhotoLambda.Tests.ImageBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class JpegMetadataTests
{
    private static readonly byte[] Camera = ExifBuilder.Camera();

    [Fact]
    public void A_small_photo_gives_size_and_exif()
    {
        var metadata = ReadWhole(Jpeg(640, 480, Camera));

        Assert.Equal((MediaType.Jpeg, 640, 480), (metadata.Type, metadata.Width, metadata.Height));
        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(new GpsCoordinates(46.5, 8.25), metadata.Gps);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void A_turned_photo_is_shown_with_sides_swapped()
    {
        foreach (var orientation in Enumerable.Range(1, 8))
        {
            var metadata = ReadWhole(Jpeg(640, 480, ExifBuilder.Camera(orientation)));
            var expected = orientation < 5 ? (640, 480) : (480, 640);
            Assert.Equal(expected, (metadata.DisplayWidth, metadata.DisplayHeight));
        }
    }

    [Theory]
    [InlineData(0xC0, true)]
    [InlineData(0xC2, true)]
    [InlineData(0xCF, true)]
    [InlineData(0xC4, false)]
    [InlineData(0xC8, false)]
    [InlineData(0xCC, false)]
    public void Only_frame_markers_give_a_size(int marker, bool isFrame)
    {
        var before = Segment((byte)marker, [8, 0, 2, 0, 1, 1, 1, 0x11, 0]);

        Assert.Equal(isFrame ? 1 : 64, ReadWhole(Jpeg(before: before)).Width);
    }

    [Fact]
    public void Exif_after_the_frame_is_found()
    {
        Assert.Equal("Test Camera", ReadWhole(Jpeg(after: ExifSegment(Camera))).Exif?.CameraModel);
    }

    [Fact]
    public void Of_two_exif_blocks_the_first_counts()
    {
        var second = new ExifBuilder().Ascii(0x0110, "Second").Build();

        var metadata = ReadWhole(Jpeg(exif: Camera, before: ExifSegment(second)));

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal("exif:duplicate", Codes(metadata));
    }

    [Fact]
    public void Other_app1_segments_are_not_exif()
    {
        var xmp = Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0<x/>"u8]);

        var metadata = ReadWhole(Jpeg(before: [.. xmp, .. Segment(0xE1, [1, 2, 3])]));

        Assert.Null(metadata.Exif);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void Fill_bytes_and_markers_without_length_are_stepped_over()
    {
        Assert.Empty(ReadWhole(Jpeg(before: [0xFF, 0xFF, 0xFF, 0x01, 0xFF, 0xD0, 0xFF, 0xD8])).Errors);
    }

    [Fact]
    public void Stray_bytes_are_stepped_over_and_told()
    {
        var metadata = ReadWhole(Jpeg(exif: Camera, before: [1, 2, 3, 0xFF, 0, 5]));

        Assert.Equal(64, metadata.Width);
        Assert.Equal("jpeg:bad_structure", Codes(metadata));
        Assert.Contains("6 stray bytes", metadata.Errors[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_stray_bytes_end_the_reading()
    {
        var metadata = ReadWhole(Jpeg(exif: Camera, before: new byte[20_000]));

        Assert.Null(metadata.Width);
        Assert.Equal("jpeg:bad_structure", Codes(metadata));
    }

    [Theory]
    [InlineData(0xE5, 0)]
    [InlineData(0xE5, 1)]
    [InlineData(0xC0, 7)]
    public void A_segment_shorter_than_its_own_fields_ends_the_reading(byte marker, byte length)
    {
        Assert.Equal("jpeg:bad_length", Codes(ReadWhole(Jpeg(before: [0xFF, marker, 0, length]))));
    }

    [Fact]
    public void A_segment_longer_than_the_file_is_truncated()
    {
        var metadata = ReadWhole(Jpeg()[..20]);

        Assert.Equal("jpeg:truncated", Codes(metadata));
        Assert.Null(metadata.Width);
    }

    [Fact]
    public void No_frame_or_a_frame_without_height_means_no_size()
    {
        Assert.Equal("jpeg:no_dimensions", Codes(ReadWhole([0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9])));
        Assert.Equal("jpeg:bad_structure", Codes(ReadWhole([0xFF, 0xD8, 0xFF, 0xD9])));
        Assert.Equal("jpeg:no_dimensions", Codes(ReadWhole(Jpeg(64, 0))));
    }

    [Fact]
    public void More_pixels_than_the_limit_are_told_with_the_size()
    {
        var metadata = ReadWhole(Jpeg(100, 101), new ReadLimits { MaxPixels = 10_000 });

        Assert.Equal("jpeg:too_many_pixels", Codes(metadata));
        Assert.Equal((100, 101), (metadata.Width, metadata.Height));
        Assert.Empty(ReadWhole(Jpeg(100, 100), new ReadLimits { MaxPixels = 10_000 }).Errors);
    }

    [Fact]
    public void Millions_of_segments_end_the_reading()
    {
        var comments = Enumerable.Repeat(Segment(0xFE, []), 10_000).SelectMany(s => s).ToArray();

        Assert.Equal("jpeg:too_many_segments", Codes(ReadWhole(Jpeg(before: comments))));
    }

    [Fact]
    public void A_large_photo_costs_one_request()
    {
        var file = Jpeg(4000, 3000, Camera, length: 10_000_000);

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Empty(metadata.Errors);
        Assert.Equal([new(0, 65_536)], fetched);
    }

    [Fact]
    public void Skipped_segments_are_not_waited_for_one_by_one()
    {
        var profile = Enumerable.Repeat(Segment(0xE2, new byte[60_000]), 9).SelectMany(s => s).ToArray();
        var file = Jpeg(4000, 3000, before: [.. profile, .. ExifSegment(Camera)], length: 5_000_000);

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Empty(metadata.Errors);
        Assert.Equal((4000, "Test Camera"), (metadata.Width, metadata.Exif?.CameraModel));
        Assert.Equal([65_536, 131_072, 524_288], fetched.Select(r => r.Count));
    }

    [Fact]
    public void Beyond_the_budget_the_reading_stops_and_says_so()
    {
        var profile = Enumerable.Repeat(Segment(0xE2, new byte[65_000]), 60).SelectMany(s => s).ToArray();

        var metadata = ReadByRanges(Jpeg(exif: Camera, before: profile, length: 5_000_000), out var fetched);

        Assert.Equal("jpeg:budget", Codes(metadata));
        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(3, fetched.Count);
        Assert.Equal(ReadLimits.Default.MaxBytes, fetched.Sum(r => r.Count));
    }

    [Fact]
    public void An_exif_block_across_the_head_costs_a_second_request()
    {
        byte[] before = [.. Segment(0xE2, new byte[50_000]), .. ExifSegment([.. Camera, .. new byte[40_000]])];

        var metadata = ReadByRanges(Jpeg(before: before, length: 5_000_000), out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Empty(metadata.Errors);
        Assert.Equal([new(0, 65_536), new(65_536, 131_072)], fetched);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(65_536)]
    public void A_short_file_without_its_end_is_truncated(int length)
    {
        var file = Noisy(length);

        Assert.Equal("jpeg:truncated", Codes(ReadByRanges(file[..^2], out _)));
        Assert.Equal("", Codes(ReadByRanges(file, out _)));
    }

    [Fact]
    public void A_long_file_is_not_looked_at_to_its_end()
    {
        var file = Noisy(100_000)[..^2];

        Assert.Equal("", Codes(ReadByRanges(file, out var fetched)));
        Assert.Equal("", Codes(ReadWhole(file)));
        Assert.Single(fetched);
    }

    [Theory]
    [InlineData(100, 0x00)]
    [InlineData(30_000, 0x00)]
    [InlineData(30_000, 0xFF)]
    [InlineData(30_000, 0x42)]
    public void What_a_camera_adds_after_the_end_is_no_truncation(int count, byte filler)
    {
        byte[] file = [.. Noisy(20_000), .. Enumerable.Repeat(filler, count)];

        Assert.Equal("", Codes(ReadByRanges(file, out _)));
    }

    /// <summary>A file whose scan looks like a real one's: any byte, and 00 after each FF.</summary>
    private static byte[] Noisy(int length)
    {
        var head = Jpeg();
        var scan = new byte[length - head.Length];
        new Random(1).NextBytes(scan);
        for (var i = 0; i < scan.Length; i++)
        {
            scan[i] = i > 0 && scan[i - 1] == 0xFF ? (byte)0 : scan[i];
        }

        scan[^1] = 0;
        return [.. head[..^2], .. scan, 0xFF, 0xD9];
    }
}
