namespace PhotoLambda.Metadata;

/// <summary>What is known of a file as far as its project wants positions to be known.</summary>
internal static class GpsPolicy
{
    public const string Keep = "keep", Coarsen = "coarsen", Drop = "drop";

    // WGS 84: one degree of latitude is 111,694 m at the most, one of longitude 111,320 m.
    private const double MetersPerDegree = 111_694;

    /// <param name="policy">Any other word than the three is taken for <see cref="Drop"/>.</param>
    /// <param name="grid">Degrees: the side of the squares whose middles stand for positions.</param>
    public static MediaMetadata Apply(MediaMetadata metadata, string policy, double grid) => policy switch
    {
        Keep => metadata,
        Coarsen => metadata with
        {
            Gps = metadata.Gps is { } gps ? Coarse(gps, grid) : null,
            Errors = [.. metadata.Errors.Select(e => IsOfGps(e) ? e with { Detail = "withheld" } : e)],
        },
        _ => metadata with
        {
            Gps = null,
            Exif = WithoutGpsTime(metadata.Exif),
            Errors = [.. metadata.Errors.Where(e => !IsOfGps(e))],
        },
    };

    /// <summary>The middle of the square and how far its corners are; nothing else, as height and view tell too much.
    /// </summary>
    private static GpsCoordinates Coarse(GpsCoordinates gps, double grid) =>
        new(Middle(gps.Latitude, grid, 90), Middle(gps.Longitude, grid, 180))
        {
            HorizontalErrorMeters = Math.Ceiling(grid / 2 * Math.Sqrt(2) * MetersPerDegree),
        };

    /// <summary>Squares are counted from 0, 0; one that goes beyond the end of the scale ends there.</summary>
    private static double Middle(double angle, double grid, double end)
    {
        var last = Math.Ceiling(end / grid) - 1;
        var square = Math.Clamp(Math.Floor(angle / grid), -last - 1, last);
        return (Math.Max(square * grid, -end) + Math.Min((square + 1) * grid, end)) / 2;
    }

    private static ExifData? WithoutGpsTime(ExifData? exif) => exif?.TakenAtSource == TakenAtSource.Gps
        ? exif with { TakenAt = null, TakenAtOffset = null, TakenAtSource = null }
        : exif;

    // The details of such errors show the values that are wrong, and the fields are those of the GPS IFD.
    private static bool IsOfGps(MetadataError error) => error.Field.StartsWith("GPS", StringComparison.Ordinal);
}
