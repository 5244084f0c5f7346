namespace PhotoLambda.Metadata;

/// <summary>The moment of a picture, and how it is known.</summary>
/// <param name="Offset">Minutes east of UTC, null when unknown.</param>
internal readonly record struct TakenAt(DateTime Time, int? Offset, TakenAtSource Source);

internal static class TakenAtReader
{
    /// <returns>The best of the block's dates that is a possible one; null when there is none.</returns>
    public static TakenAt? Read(in ExifTable table, DateTime? gpsTime) =>
        Read(table, TakenAtSource.ExifOriginal,
            ExifTag.DateTimeOriginal, ExifTag.SubSecTimeOriginal, ExifTag.OffsetTimeOriginal)
        ?? Read(table, TakenAtSource.ExifDigitized,
            ExifTag.DateTimeDigitized, ExifTag.SubSecTimeDigitized, ExifTag.OffsetTimeDigitized)
        ?? Read(table, TakenAtSource.ExifModified, ExifTag.DateTime, ExifTag.SubSecTime, ExifTag.OffsetTime)
        ?? (gpsTime is { } time ? new TakenAt(time, 0, TakenAtSource.Gps) : null);

    private static TakenAt? Read(
        in ExifTable table, TakenAtSource source, ExifTag dateTag, ExifTag fractionTag, ExifTag offsetTag)
    {
        if (!table.TryGetText(dateTag, out var text) || ExifTime.IsBlank(text))
        {
            return null;
        }

        if (!ExifTime.TryParse(text, out var time, out var offset))
        {
            table.Errors.Add(dateTag, MetadataCode.BadDate, "not a possible date and time");
            return null;
        }

        // A fraction in the date itself is rare; the tag beside it is the rule.
        if (time.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            time = time.AddTicks(Fraction(table, fractionTag));
        }

        return new TakenAt(time, Offset(table, offsetTag) ?? offset, source);
    }

    private static long Fraction(in ExifTable table, ExifTag tag)
    {
        if (!table.TryGetText(tag, out var text) || ExifTime.IsBlank(text))
        {
            return 0;
        }

        if (!ExifTimeTail.TryFraction(text, out var ticks))
        {
            table.Errors.Add(tag, MetadataCode.BadDate, "not digits");
            return 0;
        }

        return ticks;
    }

    private static int? Offset(in ExifTable table, ExifTag tag)
    {
        if (!table.TryGetText(tag, out var text) || ExifTime.IsBlank(text))
        {
            return null;
        }

        if (!ExifTimeTail.TryOffset(text, out var minutes))
        {
            table.Errors.Add(tag, MetadataCode.BadOffsetTime, "not an offset such as +02:00");
            return null;
        }

        return minutes;
    }
}
