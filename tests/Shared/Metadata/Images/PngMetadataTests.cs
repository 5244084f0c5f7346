using PhotoLambda.Metadata;
using static PhotoLambda.Tests.ImageBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class PngMetadataTests
{
    private static readonly byte[] Camera = ExifBuilder.Camera();

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, 10_000_000)]
    public void Exif_is_found_before_and_after_the_image_data(bool exifLast, int? length)
    {
        var metadata = ReadByRanges(Png(640, 480, Camera, exifLast, length), out var fetched);

        Assert.Equal((MediaType.Png, 640, 480), (metadata.Type, metadata.Width, metadata.Height));
        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Empty(metadata.Errors);
        Assert.True(fetched.Count <= 2);
    }

    [Fact]
    public void A_long_file_with_exif_in_front_costs_one_request()
    {
        var file = WithData(Enumerable.Repeat(8192, 100), []);

        ReadByRanges([.. file[..33], .. Chunk("eXIf", Camera), .. file[33..]], out var fetched);

        Assert.Equal([new(0, 65_536)], fetched);
    }

    [Fact]
    public void Exif_behind_many_small_data_chunks_is_found_at_the_end()
    {
        var file = WithData(Enumerable.Repeat(8192, 100), Camera);

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(2, fetched.Count);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void Exif_behind_few_large_data_chunks_is_found_by_stepping_over_them()
    {
        byte[] far = [.. Camera, .. new byte[40_000]];

        var metadata = ReadByRanges(WithData([1_000_000, 2_000_000, 500_000], far), out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Empty(metadata.Errors);
        Assert.Equal([65_536, 131_072, 524_288], fetched.Select(r => r.Count));
    }

    [Fact]
    public void A_long_file_of_large_data_chunks_is_not_stepped_through()
    {
        var metadata = ReadByRanges(WithData(Enumerable.Repeat(70_000, 50), Camera), out var fetched);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(3, fetched.Count);
    }

    [Fact]
    public void Where_exif_might_still_be_unseen_it_is_told()
    {
        var file = WithData(Enumerable.Repeat(600_000, 5), []);

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal("png:budget", Codes(metadata));
        Assert.Equal(64, metadata.Width);
        Assert.Equal(3, fetched.Count);
        Assert.Equal(Describe(metadata), Describe(ReadWhole(file)));
    }

    [Fact]
    public void A_walk_from_the_end_starts_at_a_true_chunk()
    {
        // A name in the data that a length before it makes look like a chunk, which leads nowhere.
        var decoy = Enumerable.Repeat((byte[])[0, 0, 0, 9, .. "IDAT"u8], 5).SelectMany(b => b);
        byte[] data = [.. decoy, .. new byte[60_000]];
        byte[] file =
        [
            .. Png()[..33], .. Enumerable.Repeat(Chunk("IDAT", data), 10).SelectMany(c => c),
            .. Chunk("eXIf", Camera), .. Chunk("IEND", []),
        ];

        var metadata = ReadByRanges(file, out _);

        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void The_letters_eXIf_within_image_data_are_not_a_chunk()
    {
        var data = Enumerable.Repeat("eXIf"u8.ToArray(), 40_000).SelectMany(b => b).ToArray();
        byte[] file = [.. Png()[..33], .. Chunk("IDAT", [1]), .. Chunk("IDAT", data), .. Chunk("IEND", [])];

        var metadata = ReadByRanges(file, out _);

        Assert.Null(metadata.Exif);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void A_chunk_that_claims_two_gigabytes_is_truncated_and_costs_nothing()
    {
        byte[] file = [.. Png()[..33], 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8];
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var metadata = MediaReader.Read(window);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000);
        Assert.Equal("png:truncated", Codes(metadata));
        Assert.Equal(64, metadata.Width);
    }

    [Fact]
    public void A_chunk_length_beyond_the_format_is_told()
    {
        Assert.Equal("png:bad_length", Codes(ReadWhole([.. Png()[..33], 0x80, 0, 0, 0, .. "IDAT"u8])));
    }

    [Fact]
    public void A_chunk_without_a_name_ends_the_reading()
    {
        Assert.Equal("png:bad_structure", Codes(ReadWhole([.. Png()[..33], 0, 0, 0, 1, 1, 2, 3, 4, 5, 0, 0, 0, 0])));
    }

    [Fact]
    public void A_file_that_does_not_start_with_IHDR_has_no_size()
    {
        byte[] file = [.. Png()[..8], .. Chunk("IDAT", new byte[13]), .. Chunk("IEND", [])];

        var metadata = ReadWhole(file);

        Assert.Equal("png:bad_structure", Codes(metadata));
        Assert.Null(metadata.Width);
    }

    [Fact]
    public void A_wrong_checksum_voids_size_or_exif()
    {
        var header = Png(exif: Camera);
        header[19] ^= 1;
        var exif = Png(exif: Camera);
        exif[100] ^= 1;

        Assert.Equal((null, "png:bad_checksum"), (ReadWhole(header).Width, Codes(ReadWhole(header))));
        Assert.Equal((null, "png:bad_checksum"), (ReadWhole(exif).Exif, Codes(ReadWhole(exif))));
        Assert.Equal(64, ReadWhole(exif).Width);
    }

    [Fact]
    public void A_size_of_zero_is_no_size()
    {
        Assert.Equal("png:no_dimensions", Codes(ReadWhole(Png(0, 48))));
    }

    [Fact]
    public void More_pixels_than_the_limit_are_told()
    {
        var header = Chunk("IHDR", [0x7F, 255, 255, 255, 0x7F, 255, 255, 255, 8, 0, 0, 0, 0]);

        Assert.Equal("png:too_many_pixels", Codes(ReadWhole([.. Png()[..8], .. header, .. Png()[33..]])));
    }

    [Fact]
    public void An_oversized_exif_chunk_is_not_read()
    {
        byte[] block = [.. Camera, .. new byte[70_000]];

        var metadata = ReadByRanges(Png(exif: block), out var fetched);

        Assert.Null(metadata.Exif);
        Assert.Equal("exif:too_large", Codes(metadata));
        Assert.Equal(2, fetched.Count);
    }

    [Fact]
    public void Too_many_chunks_end_the_reading()
    {
        var chunks = Enumerable.Repeat(Chunk("tEXt", [65, 0]), 7000).SelectMany(c => c).ToArray();

        Assert.Equal("png:too_many_segments", Codes(ReadWhole([.. Png()[..33], .. chunks])));
    }

    [Fact]
    public void A_long_file_without_its_end_is_truncated()
    {
        var file = WithData(Enumerable.Repeat(8192, 100), Camera);

        Assert.Equal("png:truncated", Codes(ReadByRanges(file[..^12], out _)));
    }

    private static byte[] WithData(IEnumerable<int> chunks, byte[] exif) =>
        [
            .. Png()[..33], .. chunks.SelectMany(n => Chunk("IDAT", new byte[n])),
            .. exif.Length == 0 ? [] : Chunk("eXIf", exif), .. Chunk("IEND", []),
        ];
}
