namespace PhotoLambda.Local.Schedules;

/// <summary>AWS's cron: minutes, hours, day of month, month, day of week, year.</summary>
internal sealed class CronTimetable : Timetable
{
    private const int LastYear = 2199;

    private readonly bool[] _minutes;
    private readonly bool[] _hours;
    private readonly bool[] _months;
    private readonly bool[] _years;
    private readonly Func<DateOnly, bool> _isDay;

    private CronTimetable(string[] fields)
    {
        _minutes = CronField.Parse("minutes", fields[0], 0, 59);
        _hours = CronField.Parse("hours", fields[1], 0, 23);
        _months = CronField.Parse("month", fields[3], 1, 12, CronField.Months);
        _years = CronField.Parse("year", fields[5], 1970, LastYear);
        _isDay = (fields[2], fields[4]) switch
        {
            ("?", "?") or (not "?", not "?") => throw new FormatException(
                "one of day-of-month and day-of-week must be ?, and the other must not."),
            ("?", var dayOfWeek) => CronDay.OfWeek(dayOfWeek),
            var (dayOfMonth, _) => CronDay.OfMonth(dayOfMonth),
        };
    }

    /// <exception cref="FormatException">The message says what is wrong with which field.</exception>
    public static CronTimetable Of(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 6 ? new CronTimetable(fields) : throw new FormatException(
            $"cron({text}) has {fields.Length} fields; it needs six: "
            + "minutes, hours, day-of-month, month, day-of-week, year.");
    }

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var utc = after.UtcDateTime;
        var start = utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMinute)).AddMinutes(1);
        for (var day = DateOnly.FromDateTime(start); day.Year <= LastYear; day = day.AddDays(1))
        {
            if (day.Year < 1970 || !_years[day.Year] || !_months[day.Month] || !_isDay(day))
            {
                continue;
            }

            var from = day == DateOnly.FromDateTime(start) ? (start.Hour * 60) + start.Minute : 0;
            for (var minute = from; minute < 24 * 60; minute++)
            {
                if (_hours[minute / 60] && _minutes[minute % 60])
                {
                    return new DateTimeOffset(day, new TimeOnly(minute / 60, minute % 60), TimeSpan.Zero);
                }
            }
        }

        return null;
    }
}
