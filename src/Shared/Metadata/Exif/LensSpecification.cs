using System.Globalization;

namespace PhotoLambda.Metadata;

/// <summary>Shortest and longest focal length, and the widest aperture at each, as fractions; 0/0 is unknown.</summary>
internal static class LensSpecification
{
    /// <returns>For example <c>24-70mm f/2.8</c>; null when not even a focal length is known.</returns>
    public static string? Read(in ExifTable table)
    {
        if (!table.TryGet(ExifTag.LensSpecification, out var value))
        {
            return null;
        }

        if (value.Count != 4 || value.Type is not TiffType.Rational)
        {
            var detail = $"type {(int)value.Type}, count {value.Count}";
            table.Errors.Add(ExifTag.LensSpecification, MetadataCode.BadType, detail);
            return null;
        }

        var lengths = Span(value, 0);
        var apertures = Span(value, 2);
        return lengths is null ? null : apertures is null ? $"{lengths}mm" : $"{lengths}mm f/{apertures}";
    }

    private static string? Span(in TiffValue value, int item)
    {
        var (from, to) = (Known(value.Rational(item)), Known(value.Rational(item + 1)));
        return from == to ? from : from is null || to is null ? from ?? to : $"{from}-{to}";
    }

    private static string? Known((long Numerator, long Denominator)? number) =>
        number is { Numerator: > 0, Denominator: > 0 } known
            ? Math.Round((double)known.Numerator / known.Denominator, 2).ToString(CultureInfo.InvariantCulture)
            : null;
}
