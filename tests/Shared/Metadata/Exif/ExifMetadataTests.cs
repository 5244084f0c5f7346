using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class ExifMetadataTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_documented_tag_is_read_in_both_byte_orders(bool littleEndian)
    {
        var metadata = ReadExif(ExifBuilder.Everything(littleEndian));

        Assert.Empty(metadata.Errors);
        Assert.Equal(
            new ExifData
            {
                CameraMake = "PhotoLambda",
                CameraModel = "Test Camera",
                LensMake = "PhotoLambda",
                LensModel = "Zoom 24-70",
                LensSpecification = "24-70mm f/2.8-4",
                Software = "Tests 1.0",
                Orientation = 6,
                ExposureTime = new Fraction(1, 250),
                FNumber = 2.8,
                Iso = 102_400,
                ExposureBias = -1 / 3.0,
                ExposureProgram = 3,
                MeteringMode = 5,
                Flash = 0x19,
                WhiteBalance = 1,
                FocalLengthMm = 50,
                FocalLength35mm = 75,
                TakenAt = new DateTime(2024, 5, 1, 9, 30, 0, 250),
                TakenAtOffset = -210,
                TakenAtSource = TakenAtSource.ExifOriginal,
                Thumbnail = new ByteRange(8, 16),
            },
            metadata.Exif);
        Assert.Equal(-(33 + (51 / 60.0) + (25 / 3600.0)), metadata.Gps!.Latitude, 1e-12);
        Assert.Equal(-(151 + (12 / 60.0) + (30 / 3600.0)), metadata.Gps.Longitude, 1e-12);
        Assert.Equal(-12.5, metadata.Gps.AltitudeMeters);
        Assert.Equal((135.5, true), (metadata.Gps.ImageDirection, metadata.Gps.DirectionIsTrue));
        Assert.Equal(5, metadata.Gps.HorizontalErrorMeters);
        Assert.Equal(new DateTime(2024, 5, 1, 13, 0, 30, DateTimeKind.Utc), metadata.Gps.TimeUtc);
    }

    [Theory]
    [InlineData("")]
    [InlineData("II*")]
    [InlineData("XX*\0\b\0\0\0")]
    [InlineData("II+\0\b\0\0\0")]
    public void A_block_without_a_tiff_header_is_told(string block)
    {
        var metadata = ReadExif([.. block.Select(c => (byte)c)]);

        Assert.Null(metadata.Exif);
        Assert.Equal("exif:bad_header", Codes(metadata));
    }

    [Fact]
    public void A_block_beyond_64_KiB_is_not_read()
    {
        var errors = new MetadataErrors(1);

        Assert.Equal(default, ExifReader.Read(new byte[65_537], errors));
        Assert.Equal("too_large", errors.All.Single().Code);
    }

    [Theory]
    [InlineData("4D4D002A00000004", "IFD0:bad_offset")]
    [InlineData("4D4D002AFFFFFFFF", "IFD0:bad_offset")]
    [InlineData("4D4D002A00000007", "IFD0:bad_offset")]
    [InlineData("4D4D002A0000000800", "IFD0:bad_offset")]
    [InlineData("4D4D002A00000008FFFF", "IFD0:bad_count")]
    [InlineData("4D4D002A000000080001", "IFD0:bad_count")]
    [InlineData("4D4D002A00000008000000000000", "")]
    [InlineData("4D4D002A00000008000000000008", "IFD1:loop")]
    [InlineData("4D4D002A00000008000000000100", "IFD1:bad_offset")]
    [InlineData("4D4D002A0000000800018769000400000001000000080000", "ExifIFD:loop")]
    [InlineData("4D4D002A0000000800018825000400000001000000080000", "GPSInfoIFD:loop")]
    [InlineData("4D4D002A0000000800018769000400000001FFFFFFFF", "ExifIFD:bad_offset")]
    [InlineData("4D4D002A000000080001010F0002FFFFFFFF00000000", "Make:bad_count")]
    [InlineData("4D4D002A000000080001010F00027FFFFFFF00000000", "Make:bad_count")]
    [InlineData("4D4D002A000000080001010F00020000000000000000", "Make:bad_count")]
    [InlineData("4D4D002A000000080001010F000200000008FFFFFFF8", "Make:bad_offset")]
    [InlineData("4D4D002A000000080001010F00020000000800000010", "Make:bad_offset")]
    [InlineData("4D4D002A000000080001010F00630000000100000000", "Make:bad_type")]
    [InlineData("4D4D002A000000080001010F00040000000100000000", "Make:bad_type")]
    [InlineData("4D4D002A000000080001011200020000000241420000", "Orientation:bad_type")]
    [InlineData("4D4D002A000000080001829A00020000000241420000", "ExposureTime:bad_type")]
    [InlineData("4D4D002A000000080001010F000200000004AABBCCDD", "")]
    public void Directories_and_entries_are_checked(string block, string codes)
    {
        Assert.Equal(codes, Codes(ReadExif(Convert.FromHexString(block))));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(9, null)]
    [InlineData(65535, null)]
    public void Orientation_is_1_to_8(int stored, int? read)
    {
        var metadata = ReadExif(new ExifBuilder().Shorts(0x0112, stored).Build());

        Assert.Equal(read, metadata.Exif!.Orientation);
        Assert.Equal(read is null ? "Orientation:out_of_range" : "", Codes(metadata));
    }

    [Fact]
    public void Fractions_without_denominator_are_refused()
    {
        var metadata = ReadExif(new ExifBuilder()
            .Rational(0x829A, (1, 0)).Rational(0x829D, (0, 0)).SignedRational(0x9204, (-1, 0)).Build());

        Assert.Equal(new ExifData(), metadata.Exif);
        Assert.Equal(
            "ExposureTime:zero_denominator FNumber:zero_denominator ExposureBiasValue:zero_denominator",
            Codes(metadata));
    }

    [Fact]
    public void Numbers_no_camera_can_mean_are_refused()
    {
        var metadata = ReadExif(new ExifBuilder()
            .Rational(0x829A, (0, 1)).Rational(0x829D, (0, 10)).Shorts(0x8827, 0).SignedRational(0x9204, (1000, 1))
            .Shorts(0x8822, 200).Rational(0x920A, (uint.MaxValue, 1)).Shorts(0xA403, 7).Build());

        Assert.Equal(new ExifData(), metadata.Exif);
        Assert.Equal(7, metadata.Errors.Count(e => e.Code == MetadataCode.OutOfRange));
    }

    [Fact]
    public void Whole_numbers_serve_as_fractions()
    {
        var metadata = ReadExif(new ExifBuilder().Shorts(0x829A, 2).Longs(0x920A, 35).Build());

        Assert.Equal(new Fraction(2, 1), metadata.Exif!.ExposureTime);
        Assert.Equal(35, metadata.Exif.FocalLengthMm);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(50, 50)]
    public void A_35mm_length_of_zero_means_unknown(int stored, int? read)
    {
        var metadata = ReadExif(new ExifBuilder().Shorts(0xA405, stored).Build());

        Assert.Equal(read, metadata.Exif!.FocalLength35mm);
        Assert.Empty(metadata.Errors);
    }

    [Theory]
    [InlineData(new uint[] { 50, 1, 50, 1, 18, 10, 18, 10 }, "50mm f/1.8")]
    [InlineData(new uint[] { 24, 1, 70, 1, 28, 10, 28, 10 }, "24-70mm f/2.8")]
    [InlineData(new uint[] { 24, 1, 70, 1, 0, 0, 0, 0 }, "24-70mm")]
    [InlineData(new uint[] { 24, 1, 70, 1, 28, 10, 0, 0 }, "24-70mm f/2.8")]
    [InlineData(new uint[] { 0, 0, 0, 0, 0, 0, 0, 0 }, null)]
    public void A_lens_specification_leaves_out_what_it_does_not_know(uint[] n, string? text)
    {
        var builder = new ExifBuilder().Rational(0xA432, (n[0], n[1]), (n[2], n[3]), (n[4], n[5]), (n[6], n[7]));

        Assert.Equal(text, ReadExif(builder.Build()).Exif!.LensSpecification);
    }

    [Fact]
    public void A_lens_specification_of_other_shape_is_told()
    {
        Assert.Equal("LensSpecification:bad_type", Codes(ReadExif(new ExifBuilder().Rational(0xA432, (1, 1)).Build())));
    }

    [Theory]
    [InlineData("Canon\0\0\0", "Canon")]
    [InlineData("  Canon \r\n", "Canon")]
    [InlineData("A\u0001B\u001bC\u007f", "ABC")]
    [InlineData("\0Canon", null)]
    [InlineData("   ", null)]
    [InlineData("Größe 😀", "Größe 😀")]
    [InlineData("Before\0after", "Before")]
    public void Text_is_cleaned(string stored, string? read)
    {
        Assert.Equal(read, ReadExif(new ExifBuilder().Ascii(0x010F, stored).Build()).Exif!.CameraMake);
    }

    [Theory]
    [InlineData("4772F6DF65", "Größe")]
    [InlineData("EDA08041", "í\u00A0A")]
    [InlineData("C328", "Ã(")]
    [InlineData("FF80", "ÿ")]
    public void Text_that_is_not_valid_UTF8_is_taken_as_Latin1(string stored, string read)
    {
        var block = new ExifBuilder().Raw(0x010F, 2, Convert.FromHexString(stored)).Build();

        Assert.Equal(read, ReadExif(block).Exif!.CameraMake);
    }

    [Theory]
    [InlineData("a", 5000)]
    [InlineData("ä", 5000)]
    [InlineData("漢", 5000)]
    [InlineData("a😀", 3000)]
    public void Long_text_is_cut_between_characters(string unit, int times)
    {
        var make = ReadExif(new ExifBuilder().Ascii(0x010F, string.Concat(Enumerable.Repeat(unit, times))).Build())
            .Exif!.CameraMake!;

        Assert.InRange(make.Length, 255, 256);
        Assert.DoesNotContain('\uFFFD', make);
        Assert.StartsWith(unit, make, StringComparison.Ordinal);
        Assert.False(char.IsHighSurrogate(make[^1]));
    }

    [Fact]
    public void A_repeated_tag_counts_once_and_costs_nothing()
    {
        var builder = new ExifBuilder().Ascii(0x010F, "First");
        for (var i = 0; i < 4000; i++)
        {
            builder.Raw(0x010F, 2, Convert.FromHexString("00000008"), count: 40_000);
        }

        var block = builder.Build();
        var errors = new MetadataErrors(16);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (exif, _) = ExifReader.Read(block, errors);

        Assert.Equal("First", exif!.CameraMake);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4096);
    }

    [Fact]
    public void Tags_that_share_one_long_string_are_all_cut()
    {
        // Behind the header and a directory of three entries, at 50.
        var shared = Enumerable.Repeat((byte)'x', 60_000).ToArray();
        var builder = new ExifBuilder().Raw(0x010F, 2, shared);
        foreach (var tag in new[] { 0x0110, 0x0131 })
        {
            builder.Raw(tag, 2, [50, 0, 0, 0], count: 60_000);
        }

        var exif = ReadExif(builder.Build()).Exif!;

        Assert.Equal((256, 256), (exif.CameraMake!.Length, exif.Software!.Length));
    }

    [Fact]
    public void A_thumbnail_outside_the_block_is_told()
    {
        var metadata = ReadExif(new ExifBuilder().Longs(0x0201, 8).Longs(0x0202, 100_000).Build());

        Assert.Null(metadata.Exif!.Thumbnail);
        Assert.Equal("JPEGInterchangeFormat:bad_offset", Codes(metadata));
    }

    [Fact]
    public void Sensitivity_of_65535_is_looked_up_in_the_larger_tags()
    {
        Assert.Equal(65_535, ReadExif(new ExifBuilder().Shorts(0x8827, 65_535).Build()).Exif!.Iso);
        var both = new ExifBuilder().Shorts(0x8827, 65_535).Longs(0x8833, 80_000).Build();
        Assert.Equal(80_000, ReadExif(both).Exif!.Iso);
    }

    [Fact]
    public void Errors_beyond_the_limit_are_not_kept()
    {
        var metadata = ReadWhole(
            ImageBuilder.Jpeg(exif: new ExifBuilder().Shorts(0x0112, 0).Shorts(0x010F, 1).Shorts(0x0110, 1).Build()),
            new ReadLimits { MaxErrors = 4 });

        Assert.Equal(2, metadata.Errors.Count);
    }

    [Fact]
    public void Every_tag_has_a_place_of_its_own()
    {
        var slots = Enum.GetValues<ExifTag>().Select(t => ExifTags.Slot((int)t)).ToArray();

        Assert.DoesNotContain(-1, slots);
        Assert.Equal(slots.Length, slots.Distinct().Count());
        Assert.Equal(-1, ExifTags.Slot(0));
        Assert.Equal(-1, ExifTags.Slot(0x927C));
    }
}
