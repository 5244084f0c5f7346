using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>What is left of a position when a project wants less than all of it.</summary>
public class GpsPolicyTests
{
    [Theory]
    [InlineData(46.498, 7.7361, 0.1, 46.45, 7.75)]
    [InlineData(46.498, 7.7361, 1, 46.5, 7.5)]
    [InlineData(-0.0004, 0.0004, 0.001, -0.0005, 0.0005)]
    [InlineData(-33.86, -151.2, 10, -35, -155)]
    // Squares that go beyond a pole or the antimeridian end there.
    [InlineData(90, 180, 10, 85, 175)]
    [InlineData(-90, -180, 10, -85, -175)]
    [InlineData(89.5, 179.5, 7, 87, 177.5)]
    [InlineData(-89.5, -179.5, 8, -89, -178)]
    public void A_coarse_position_is_the_middle_of_its_square(
        double latitude, double longitude, double grid, double north, double east)
    {
        var gps = Apply(new GpsCoordinates(latitude, longitude), "coarsen", grid)!;

        Assert.Equal((north, east), (Math.Round(gps.Latitude, 8), Math.Round(gps.Longitude, 8)));
    }

    [Fact]
    public void No_point_of_a_square_is_further_from_its_middle_than_is_told()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var grid = Math.Pow(10, (random.NextDouble() * 4) - 3);
            var exact = new GpsCoordinates((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180);
            var coarse = Apply(exact, "coarsen", grid)!;

            Assert.InRange(coarse.Latitude, -90, 90);
            Assert.InRange(coarse.Longitude, -180, 180);
            Assert.True(Distance(exact, coarse) <= coarse.HorizontalErrorMeters, $"seed {seed}: {exact}, {grid}");
            // The middle is that of its own square, and every point of it has the same.
            Assert.Equal(coarse.Latitude, Apply(coarse, "coarsen", grid)!.Latitude, 9);
            Assert.Equal(coarse.Longitude, Apply(coarse, "coarsen", grid)!.Longitude, 9);
        }
    }

    [Fact]
    public void A_coarse_position_tells_nothing_else()
    {
        var exact = ReadExif(ExifBuilder.Everything(littleEndian: true)).Gps!;
        Assert.NotNull(exact.AltitudeMeters);

        var coarse = Apply(exact, "coarsen", 0.1)!;

        Assert.Equal(new GpsCoordinates(coarse.Latitude, coarse.Longitude) { HorizontalErrorMeters = 7898 }, coarse);
    }

    [Fact]
    public void A_dropped_position_takes_the_time_of_its_fix_along()
    {
        var block = new ExifBuilder().Position((46, 29, 0, 'N'), (7, 44, 0, 'E'))
            .Ascii(0x1D, "2024:05:01").Rational(7, (13, 1), (0, 1), (30, 1)).Build();
        var metadata = ReadExif(block);
        Assert.Equal(TakenAtSource.Gps, metadata.Exif!.TakenAtSource);

        var dropped = GpsPolicy.Apply(metadata, "drop", 0.1);
        var coarse = GpsPolicy.Apply(metadata, "coarsen", 0.1);

        Assert.Null(dropped.Gps);
        Assert.Equal((null, null, null),
            (dropped.Exif!.TakenAt, dropped.Exif.TakenAtOffset, dropped.Exif.TakenAtSource));
        Assert.Equal(TakenAtSource.Gps, coarse.Exif!.TakenAtSource);
    }

    [Theory]
    [InlineData("keep", "GPSLatitude:out_of_range 461")]
    [InlineData("coarsen", "GPSLatitude:out_of_range withheld")]
    [InlineData("drop", "")]
    [InlineData("a word of tomorrow", "")]
    public void Errors_of_positions_tell_no_values(string policy, string expected)
    {
        var metadata = ReadExif(new ExifBuilder().Position((461, 0, 0, 'N'), (7, 44, 0, 'E')).Build());

        var errors = GpsPolicy.Apply(metadata, policy, 0.1).Errors;

        Assert.Equal(expected, string.Join(", ", errors.Select(e => $"{e.Field}:{e.Code} {e.Detail}")));
    }

    private static GpsCoordinates? Apply(GpsCoordinates gps, string policy, double grid) =>
        GpsPolicy.Apply(new MediaMetadata { Gps = gps }, policy, grid).Gps;

    /// <summary>On the sphere of the mean radius, in metres.</summary>
    private static double Distance(GpsCoordinates a, GpsCoordinates b)
    {
        static double Haversine(double angle) => Math.Pow(Math.Sin(angle / 2), 2);
        var (from, to) = (double.DegreesToRadians(a.Latitude), double.DegreesToRadians(b.Latitude));
        var across = Haversine(double.DegreesToRadians(b.Longitude - a.Longitude));
        return 2 * 6_371_009 * Math.Asin(Math.Sqrt(Haversine(to - from) + (Math.Cos(from) * Math.Cos(to) * across)));
    }
}
