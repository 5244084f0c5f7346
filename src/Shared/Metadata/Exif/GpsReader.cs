namespace PhotoLambda.Metadata;

/// <summary>Reads the tags of the GPS IFD. A position is whole or absent: half of one is a wrong one.</summary>
internal static class GpsReader
{
    /// <param name="time">The fix's time in UTC, also where the position is missing.</param>
    public static GpsCoordinates? Read(in ExifTable table, out DateTime? time)
    {
        time = Time(table);
        var latitude = Angle(table, ExifTag.GPSLatitude, ExifTag.GPSLatitudeRef, 'N', 'S', 90);
        var longitude = Angle(table, ExifTag.GPSLongitude, ExifTag.GPSLongitudeRef, 'E', 'W', 180);
        if (latitude is not { } north || longitude is not { } east)
        {
            return null;
        }

        // Phones without a fix write zeros. The true place is open sea, 600 km off Ghana.
        if (north == 0 && east == 0)
        {
            table.Errors.Add(ExifTag.GPSLatitude, MetadataCode.NoFix, "0, 0 is what a receiver without a fix writes");
            return null;
        }

        return new GpsCoordinates(north, east)
        {
            AltitudeMeters = Altitude(table),
            ImageDirection = table.Number(ExifTag.GPSImgDirection, 0, 360),
            DirectionIsTrue = Letter(table, ExifTag.GPSImgDirectionRef) switch { 'T' => true, 'M' => false, _ => null },
            HorizontalErrorMeters = table.Number(ExifTag.GPSHPositioningError, 0, 1e8),
            TimeUtc = time,
        };
    }

    private static double? Angle(
        in ExifTable table, ExifTag tag, ExifTag refTag, char positive, char negative, double most)
    {
        if (Sexagesimal(table, tag) is not { } degrees)
        {
            return null;
        }

        var side = Letter(table, refTag);
        if (side != positive && side != negative)
        {
            table.Errors.Add(refTag, MetadataCode.MissingReference, $"neither {positive} nor {negative}");
            return null;
        }

        return degrees <= most ? (side == positive ? degrees : -degrees) : table.OutOfRange(tag, degrees);
    }

    /// <returns>Three numbers as one: degrees, minutes, seconds, or hours, minutes, seconds.</returns>
    private static double? Sexagesimal(in ExifTable table, ExifTag tag)
    {
        if (!table.TryGet(tag, out var value)
            || table.Fraction(tag, value, 0)?.Value is not { } whole
            || table.Fraction(tag, value, 1)?.Value is not { } minutes
            || table.Fraction(tag, value, 2)?.Value is not { } seconds)
        {
            return null;
        }

        if (whole < 0 || minutes is < 0 or > 60 || seconds is < 0 or > 60)
        {
            return table.OutOfRange(tag, whole < 0 ? whole : minutes is < 0 or > 60 ? minutes : seconds);
        }

        return whole + (minutes / 60) + (seconds / 3600);
    }

    private static double? Altitude(in ExifTable table)
    {
        var altitude = table.Number(ExifTag.GPSAltitude, 0, 1e7);
        // 0 above and 1 below sea level, 2 above and 3 below the ellipsoid; EXIF's default is 0.
        var below = altitude > 0 && table.Integer(ExifTag.GPSAltitudeRef, 0, 3) is 1 or 3;
        return below ? -altitude : altitude;
    }

    private static DateTime? Time(in ExifTable table)
    {
        if (!table.TryGetText(ExifTag.GPSDateStamp, out var text) || ExifTime.IsBlank(text))
        {
            return null;
        }

        if (!ExifTime.TryDate(ExifText.Trim(text), out var date))
        {
            table.Errors.Add(ExifTag.GPSDateStamp, MetadataCode.BadDate, "not a possible date");
            return null;
        }

        if (Sexagesimal(table, ExifTag.GPSTimeStamp) is not { } hours)
        {
            return null;
        }

        if (hours >= 24 || date == DateTime.MaxValue.Date)
        {
            table.OutOfRange(ExifTag.GPSTimeStamp, hours);
            return null;
        }

        // To the millisecond: the sum of three fractions is not exact beyond.
        return DateTime.SpecifyKind(date.AddMilliseconds(Math.Round(hours * 3_600_000)), DateTimeKind.Utc);
    }

    private static char Letter(in ExifTable table, ExifTag tag) =>
        table.TryGetText(tag, out var text) && !text.IsEmpty ? char.ToUpperInvariant((char)text[0]) : '\0';
}
