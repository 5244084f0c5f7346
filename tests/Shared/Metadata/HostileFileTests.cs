using System.Diagnostics;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Files made to cost much: each is told for what it is, at once and with next to no memory.</summary>
public class HostileFileTests
{
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Deep_XMP_is_stepped_over()
    {
        Assert.Equal("", Read(HostileFiles.JpegOfDeepXmp(60), width: 64, camera: "Test Camera"));
        Assert.Equal("", Read(HostileFiles.JpegOfDeepXmp(1_500), width: 64, camera: "Test Camera"));
        Assert.Equal("", Read(HostileFiles.PngOfDeepXmp(50_000), width: 64, camera: "Test Camera"));
    }

    [Fact]
    public void Text_that_inflates_to_512_MiB_is_stepped_over()
    {
        var file = HostileFiles.PngOfInflatingText();

        Assert.InRange(file.Length, 400_000, 700_000);
        Assert.Equal("", Read(file, width: 64, camera: "Test Camera"));
    }

    [Fact]
    public void Of_many_blocks_with_shared_text_one_is_read()
    {
        var file = HostileFiles.JpegOfSharedText();

        Assert.StartsWith("exif:duplicate exif:duplicate", Read(file, width: 64, camera: null));
        Assert.Equal(new string('x', 256), ReadWhole(file).Exif?.CameraMake);
    }

    [Fact]
    public void Many_small_defects_do_not_hide_the_size_of_a_bomb()
    {
        byte[] bomb = [8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0];
        byte[] strays = [.. Enumerable.Repeat((byte[])[0, .. ImageBuilder.Segment(0xFE, [])], 50).SelectMany(s => s)];

        var metadata = ReadWhole(ImageBuilder.Jpeg(exif: [], before: [.. strays, .. ImageBuilder.Segment(0xC0, bomb)]));

        Assert.EndsWith("jpeg:bad_structure jpeg:too_many_pixels", Codes(metadata));
        Assert.InRange(metadata.Errors.Count, 10, ReadLimits.Default.MaxErrors);
    }

    [Fact]
    public void Millions_of_segments_or_chunks_end_the_reading()
    {
        Assert.Equal("jpeg:too_many_segments", Read(HostileFiles.JpegOfComments(), width: null, camera: null));
        Assert.Equal("png:too_many_segments", Read(HostileFiles.PngOfTexts(), width: 64, camera: null));
    }

    [Fact]
    public void Forty_one_bytes_that_claim_two_gigabytes_are_truncated()
    {
        var file = HostileFiles.PngOfClaims();

        Assert.Equal(41, file.Length);
        Assert.Equal("png:truncated", Read(file, width: 64, camera: null));
    }

    [Fact]
    public void Boxes_nested_twenty_thousand_deep_do_not_end_the_process()
    {
        Assert.NotEqual("", Read(HostileFiles.HeifOfNestedBoxes(), width: null, camera: null));
    }

    [Theory]
    [InlineData(0, 1, "no_dimensions")]
    [InlineData(1, 0, "no_dimensions")]
    [InlineData(0, uint.MaxValue, "no_dimensions")]
    [InlineData(0x80000000, 1, "too_many_pixels")]
    [InlineData(uint.MaxValue, uint.MaxValue, "too_many_pixels")]
    [InlineData(int.MaxValue, 1, "too_many_pixels")]
    [InlineData(int.MaxValue, int.MaxValue, "too_many_pixels")]
    [InlineData(10_001, 10_000, "too_many_pixels")]
    [InlineData(10_000, 10_000, "")]
    public void Sizes_that_cannot_be_or_are_too_large_are_told(long width, long height, string code)
    {
        var header = ImageBuilder.Chunk("IHDR",
        [
            .. new[] { width, height }.SelectMany(n => BitConverter.GetBytes((uint)n).Reverse()), 8, 0, 0, 0, 0,
        ]);
        byte[] file = [.. ImageBuilder.Png()[..8], .. header, .. ImageBuilder.Png()[33..]];

        Assert.Equal(code.Length == 0 ? "" : $"png:{code}", Codes(ReadWhole(file)));
    }

    [Theory]
    [InlineData(65_535, 65_535, "jpeg:too_many_pixels")]
    [InlineData(65_535, 1_525, "")]
    [InlineData(0, 100, "jpeg:no_dimensions")]
    public void A_frame_of_too_many_pixels_or_none_is_told(int width, int height, string codes)
    {
        byte[] size = [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0];

        Assert.Equal(codes, Codes(ReadWhole(ImageBuilder.Jpeg(before: ImageBuilder.Segment(0xC0, size)))));
    }

    /// <returns>The codes of its errors, which by ranges are the same, or say that those were not enough.</returns>
    private static string Read(byte[] file, int? width, string? camera)
    {
        var whole = ReadWhole(file);
        Assert.Equal((width, camera), (whole.Width, whole.Exif?.CameraModel));
        var ranges = ReadByRanges(file, out var fetched);
        Assert.True(ranges.HasError(MetadataCode.Budget) || Describe(ranges) == Describe(whole));
        Assert.True(fetched.Count <= 3);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadWhole(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.True(Fastest(() => ReadWhole(file)) < Most);
        return Codes(whole);
    }

    /// <summary>Of five, since other work may hold up any of them.</summary>
    private static TimeSpan Fastest(Action read) => Enumerable.Range(0, 5).Min(_ =>
    {
        var start = Stopwatch.GetTimestamp();
        read();
        return Stopwatch.GetElapsedTime(start);
    });
}
