using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class GpsMetadataTests
{
    private static readonly (uint, uint)[] Latitude = [(46, 1), (30, 1), (0, 1)];
    private static readonly (uint, uint)[] Longitude = [(8, 1), (15, 1), (36, 1)];

    [Theory]
    [InlineData("N", "E", 46.5, 8.26)]
    [InlineData("S", "W", -46.5, -8.26)]
    [InlineData("s", "w", -46.5, -8.26)]
    public void A_position_takes_its_signs_from_the_references(
        string north, string east, double latitude, double longitude)
    {
        var metadata = Read(north, Latitude, east, Longitude);

        Assert.Equal(latitude, metadata.Gps!.Latitude, 1e-12);
        Assert.Equal(longitude, metadata.Gps.Longitude, 1e-12);
        Assert.Empty(metadata.Errors);
    }

    [Theory]
    [InlineData("", "E", "GPSLatitudeRef:missing_ref")]
    [InlineData("N", "?", "GPSLongitudeRef:missing_ref")]
    [InlineData("E", "N", "GPSLatitudeRef:missing_ref GPSLongitudeRef:missing_ref")]
    public void Without_references_there_is_no_position(string north, string east, string codes)
    {
        var metadata = Read(north, Latitude, east, Longitude);

        Assert.Null(metadata.Gps);
        Assert.Equal(codes, Codes(metadata));
    }

    [Theory]
    [InlineData(90, 0, 0, "")]
    [InlineData(90, 0, 1, "GPSLatitude:out_of_range")]
    [InlineData(91, 0, 0, "GPSLatitude:out_of_range")]
    [InlineData(4, 61, 0, "GPSLatitude:out_of_range")]
    [InlineData(4, 0, 61, "GPSLatitude:out_of_range")]
    public void Angles_keep_to_their_ranges(uint degrees, uint minutes, uint seconds, string codes)
    {
        var metadata = Read("N", [(degrees, 1), (minutes, 1), (seconds, 1)], "E", Longitude);

        Assert.Equal(codes, Codes(metadata));
        Assert.Equal(codes.Length > 0, metadata.Gps is null);
    }

    [Fact]
    public void An_angle_with_a_zero_denominator_or_two_numbers_is_no_position()
    {
        Assert.Equal("GPSLatitude:zero_denominator", Codes(Read("N", [(46, 1), (30, 0), (0, 1)], "E", Longitude)));
        Assert.Equal("GPSLatitude:bad_count", Codes(Read("N", [(46, 1), (30, 1)], "E", Longitude)));
    }

    [Fact]
    public void Zero_zero_is_a_receiver_without_a_fix()
    {
        var metadata = Read("N", [(0, 1), (0, 1), (0, 1)], "E", [(0, 1), (0, 1), (0, 1)]);

        Assert.Null(metadata.Gps);
        Assert.Equal("GPSLatitude:no_fix", Codes(metadata));
        Assert.NotNull(Read("N", [(0, 1), (0, 1), (0, 1)], "E", Longitude).Gps);
    }

    [Theory]
    [InlineData(null, 12.5)]
    [InlineData(0, 12.5)]
    [InlineData(1, -12.5)]
    [InlineData(2, 12.5)]
    [InlineData(3, -12.5)]
    public void Altitude_takes_its_sign_from_the_reference(int? reference, double meters)
    {
        var builder = Position().Rational(6, (25, 2));
        if (reference is { } below)
        {
            builder.Raw(5, 1, [(byte)below]);
        }

        Assert.Equal(meters, ReadExif(builder.Build()).Gps!.AltitudeMeters);
    }

    [Theory]
    [InlineData(0x06, 1, 0, "GPSAltitude:zero_denominator")]
    [InlineData(0x11, 361, 1, "GPSImgDirection:out_of_range")]
    [InlineData(0x1F, 1, 0, "GPSHPositioningError:zero_denominator")]
    public void A_bad_companion_leaves_the_position(int tag, uint numerator, uint denominator, string codes)
    {
        var metadata = ReadExif(Position().Rational(tag, (numerator, denominator)).Build());

        Assert.Equal(new GpsCoordinates(46.5, 8.25), metadata.Gps);
        Assert.Equal(codes, Codes(metadata));
    }

    [Theory]
    [InlineData("T", true)]
    [InlineData("M", false)]
    [InlineData("?", null)]
    public void A_direction_is_from_true_or_magnetic_north(string reference, bool? isTrue)
    {
        var gps = ReadExif(Position().Ascii(0x10, reference).Rational(0x11, (90, 1)).Build()).Gps!;

        Assert.Equal((90, isTrue), (gps.ImageDirection, gps.DirectionIsTrue));
    }

    [Theory]
    [InlineData("2024:05:01", 23, 59, "")]
    [InlineData("2024:05:01", 24, 0, "GPSTimeStamp:out_of_range")]
    [InlineData("2024:02:30", 1, 0, "GPSDateStamp:bad_date")]
    [InlineData("9999:12:31", 1, 0, "GPSTimeStamp:out_of_range")]
    [InlineData("    :  :  ", 1, 0, "")]
    public void The_time_of_the_fix_must_be_possible(string date, uint hour, uint minute, string codes)
    {
        var metadata = ReadExif(Position().Ascii(0x1D, date).Rational(7, (hour, 1), (minute, 1), (0, 1)).Build());

        Assert.Equal(codes, Codes(metadata));
        Assert.NotNull(metadata.Gps);
    }

    private static ExifBuilder Position() => new ExifBuilder().Position((46, 30, 0, 'N'), (8, 15, 0, 'E'));

    private static MediaMetadata Read(string north, (uint, uint)[] latitude, string east, (uint, uint)[] longitude) =>
        ReadExif(new ExifBuilder().Ascii(1, north).Rational(2, latitude).Ascii(3, east).Rational(4, longitude).Build());
}
