using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class TakenAtTests
{
    private const int Original = 0x9003, Digitized = 0x9004, Modified = 0x0132;

    [Theory]
    [InlineData("2024:05:01 09:30:15", "2024-05-01T09:30:15")]
    [InlineData("2024-05-01T09:30:15", "2024-05-01T09:30:15")]
    [InlineData("2024/05/01 09:30", "2024-05-01T09:30:00")]
    [InlineData("2024:05:01 09:30:15.5", "2024-05-01T09:30:15.5")]
    [InlineData("2024:02:29 23:59:59", "2024-02-29T23:59:59")]
    [InlineData("2023:02:29 00:00:00", null)]
    [InlineData("2024:13:01 00:00:00", null)]
    [InlineData("2024:00:01 00:00:00", null)]
    [InlineData("2024:05:32 00:00:00", null)]
    [InlineData("0000:00:00 00:00:00", null)]
    [InlineData("2024:05:01 24:00:00", null)]
    [InlineData("2024:05:01 09:60:00", null)]
    [InlineData("2024:05:01 09:30:60", null)]
    [InlineData("2024:05:01 09:30:6x", null)]
    [InlineData("2024:05:01 09:30:15.x", null)]
    [InlineData("2024:05:01 09:30:15 pm", null)]
    [InlineData("2024:05:01", null)]
    [InlineData("2024_05_01 09:30:15", null)]
    [InlineData("yesterday, at the sea", null)]
    public void Only_possible_dates_are_taken(string stored, string? read)
    {
        var metadata = ReadExif(new ExifBuilder().Ascii(Original, stored).Build());

        Assert.Equal(read is null ? null : DateTime.Parse(read, null), metadata.Exif!.TakenAt);
        Assert.Equal(DateTimeKind.Unspecified, metadata.Exif.TakenAt.GetValueOrDefault().Kind);
        Assert.Equal(read is null ? "DateTimeOriginal:bad_date" : "", Codes(metadata));
    }

    [Theory]
    [InlineData("    :  :     :  :  ")]
    [InlineData("                   ")]
    [InlineData("")]
    public void A_blank_date_is_unknown_and_no_error(string stored)
    {
        var metadata = ReadExif(new ExifBuilder().Ascii(Original, stored).Build());

        Assert.Null(metadata.Exif!.TakenAt);
        Assert.Empty(metadata.Errors);
    }

    [Theory]
    [InlineData("+09:00", 540, "")]
    [InlineData("-03:30", -210, "")]
    [InlineData("+0545", 345, "")]
    [InlineData("+02", 120, "")]
    [InlineData("+14:00", 840, "")]
    [InlineData("Z", 0, "")]
    [InlineData("+00:00", 0, "")]
    [InlineData("   :  ", null, "")]
    [InlineData("+14:01", null, "OffsetTimeOriginal:bad_offset_time")]
    [InlineData("+09:60", null, "OffsetTimeOriginal:bad_offset_time")]
    [InlineData("09:00", null, "OffsetTimeOriginal:bad_offset_time")]
    [InlineData("+9", null, "OffsetTimeOriginal:bad_offset_time")]
    [InlineData("+09:0", null, "OffsetTimeOriginal:bad_offset_time")]
    [InlineData("+ab:cd", null, "OffsetTimeOriginal:bad_offset_time")]
    public void An_offset_is_minutes_or_unknown(string stored, int? minutes, string codes)
    {
        var metadata = ReadExif(new ExifBuilder().Ascii(Original, "2024:05:01 09:30:15").Ascii(0x9011, stored).Build());

        Assert.Equal(minutes, metadata.Exif!.TakenAtOffset);
        Assert.Equal(codes, Codes(metadata));
        Assert.NotNull(metadata.Exif.TakenAt);
    }

    [Fact]
    public void A_missing_offset_is_unknown_even_where_other_dates_have_one()
    {
        var metadata = ReadExif(new ExifBuilder()
            .Ascii(Original, "2024:05:01 09:30:15").Ascii(0x9010, "+01:00").Ascii(0x9012, "+01:00").Build());

        Assert.Null(metadata.Exif!.TakenAtOffset);
    }

    [Fact]
    public void An_offset_within_the_date_is_taken()
    {
        var block = new ExifBuilder().Ascii(Original, "2024:05:01 09:30:15+02:00").Build();

        Assert.Equal(120, ReadExif(block).Exif!.TakenAtOffset);
    }

    [Theory]
    [InlineData("5", 5_000_000, "")]
    [InlineData("05", 500_000, "")]
    [InlineData("123456789", 1_234_567, "")]
    [InlineData("949  ", 9_490_000, "")]
    [InlineData("   ", 0, "")]
    [InlineData("x", 0, "SubSecTimeOriginal:bad_date")]
    public void Fractions_of_the_second_are_added(string stored, long ticks, string codes)
    {
        var metadata = ReadExif(new ExifBuilder().Ascii(Original, "2024:05:01 09:30:15").Ascii(0x9291, stored).Build());

        Assert.Equal(ticks, metadata.Exif!.TakenAt!.Value.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal(codes, Codes(metadata));
    }

    [Fact]
    public void The_best_date_wins_and_says_which_it_is()
    {
        const string good = "2024:05:01 09:30:15", bad = "0000:00:00 00:00:00";

        Assert.Equal(TakenAtSource.ExifOriginal, Source(original: good, digitized: good, modified: good));
        Assert.Equal(TakenAtSource.ExifDigitized, Source(original: bad, digitized: good, modified: good));
        Assert.Equal(TakenAtSource.ExifModified, Source(original: bad, digitized: bad, modified: good));
        Assert.Equal(TakenAtSource.Gps, Source(original: bad, digitized: bad, modified: bad));
    }

    [Fact]
    public void The_time_of_a_GPS_fix_is_UTC()
    {
        var exif = ReadExif(Gps().Build()).Exif!;

        Assert.Equal(new DateTime(2024, 5, 1, 7, 30, 15, 500), exif.TakenAt);
        Assert.Equal(0, exif.TakenAtOffset);
    }

    private static TakenAtSource? Source(string original, string digitized, string modified) =>
        ReadExif(Gps().Ascii(Original, original).Ascii(Digitized, digitized).Ascii(Modified, modified).Build())
            .Exif!.TakenAtSource;

    private static ExifBuilder Gps() =>
        new ExifBuilder().Rational(7, (7, 1), (30, 1), (155, 10)).Ascii(0x1D, "2024:05:01");
}
