namespace PhotoLambda.Local.Schedules;

/// <summary>The two fields of cron that tell of days: on top of values, the last, the nearest, the n-th.</summary>
internal static class CronDay
{
    /// <param name="field">For example <c>1,15</c>, <c>L</c> (the last), <c>15W</c> (the weekday nearest), <c>LW</c>.
    /// </param>
    /// <exception cref="FormatException">The message names field and text.</exception>
    public static Func<DateOnly, bool> OfMonth(string field)
    {
        switch (field.ToUpperInvariant())
        {
            case "L":
                return day => day.Day == LastOf(day);
            case "LW":
                return day => day.Day == NearestWeekday(day, LastOf(day));
            case [.. var number, 'W']:
                var nearest = CronField.Number(number, null, 1) is >= 1 and <= 31 and var value
                    ? value
                    : throw new FormatException(
                        $"'{field}' is no day-of-month of a cron schedule; write 1W to 31W, or LW.");
                return day => nearest <= LastOf(day) && day.Day == NearestWeekday(day, nearest);
            default:
                var days = CronField.Parse("day-of-month", field, 1, 31);
                return day => days[day.Day];
        }
    }

    /// <param name="field">For example <c>MON-FRI</c>, <c>L</c> (Saturday), <c>6L</c> (the month's last Friday),
    /// <c>3#2</c> (its second Tuesday).</param>
    /// <inheritdoc cref="OfMonth" path="/exception"/>
    public static Func<DateOnly, bool> OfWeek(string field)
    {
        switch (field.ToUpperInvariant().Split('#'))
        {
            case ["L"]:
                return day => day.DayOfWeek == DayOfWeek.Saturday;
            case [[.. var name, 'L']]:
                var last = Weekday(name, field);
                return day => day.DayOfWeek == last && day.Day > LastOf(day) - 7;
            case [var name, var number]:
                var (weekday, nth) = (Weekday(name, field), CronField.Number(number, null, 1));
                return nth is >= 1 and <= 5
                    ? day => day.DayOfWeek == weekday && (day.Day + 6) / 7 == nth
                    : throw NoWeekday(field);
            default:
                var days = CronField.Parse("day-of-week", field, 1, 7, CronField.Days);
                return day => days[(int)day.DayOfWeek + 1];
        }
    }

    private static DayOfWeek Weekday(string name, string field) =>
        CronField.Number(name, CronField.Days, 1) is >= 1 and <= 7 and var number
            ? (DayOfWeek)(number - 1)
            : throw NoWeekday(field);

    private static FormatException NoWeekday(string field) => new(
        $"'{field}' is no day-of-week of a cron schedule; write 1 to 7 or SUN to SAT, with L or #1 to #5 behind one.");

    private static int LastOf(DateOnly day) => DateTime.DaysInMonth(day.Year, day.Month);

    // Within the month: the first being a Saturday, the weekday nearest to it is Monday the third.
    private static int NearestWeekday(DateOnly month, int day) =>
        new DateOnly(month.Year, month.Month, day).DayOfWeek switch
        {
            DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
            DayOfWeek.Sunday => day < LastOf(month) ? day + 1 : day - 2,
            _ => day,
        };
}
