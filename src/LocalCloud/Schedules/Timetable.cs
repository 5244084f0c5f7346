using System.Globalization;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Schedules;

/// <summary>When a schedule is due, in UTC: <c>rate(…)</c>, <c>cron(…)</c> or <c>at(…)</c>.</summary>
/// <remarks>
/// eventbridge/latest/userguide/eb-scheduled-rule-pattern.html, scheduler/latest/UserGuide/schedule-types.html
/// </remarks>
internal abstract partial class Timetable
{
    /// <returns>The first due time after this one; null: never again.</returns>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static Timetable Parse(string expression)
    {
        var match = Form().Match(expression);
        return match switch
        {
            { Success: false } => throw new FormatException(
                $"'{expression}' is no schedule; "
                + "write rate(5 minutes), cron(0 3 * * ? *) or at(2030-01-31T12:00:00)."),
            _ when match.Groups["fields"] is { Success: true, Value: var fields } => CronTimetable.Of(fields),
            _ when match.Groups["at"] is { Success: true, Value: var at } => new Once(Instant(at)),
            _ => new Rate(Every(match.Groups["count"].Value, match.Groups["unit"].Value)),
        };
    }

    private static TimeSpan Every(string count, string unit)
    {
        var number = int.Parse(count, CultureInfo.InvariantCulture);
        return (number, unit) switch
        {
            (0, _) => throw new FormatException("rate(0 …) would never end; write a number from 1."),
            (_, "minute") => TimeSpan.FromMinutes(number),
            (_, "hour") => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
    }

    private static DateTimeOffset Instant(string at) => DateTimeOffset.TryParseExact(
        at, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? instant
        : throw new FormatException($"'{at}' is no date and time; write at(2030-01-31T12:00:00).");

    [GeneratedRegex(
        @"^(rate\((?<count>\d{1,5}) (?<unit>minute|hour|day)s?\)|cron\((?<fields>\S+( +\S+)*)\)"
        + @"|at\((?<at>[0-9T:-]+)\))$")]
    private static partial Regex Form();

    private sealed class Rate(TimeSpan every) : Timetable
    {
        public override DateTimeOffset? Next(DateTimeOffset after) => after + every;
    }

    private sealed class Once(DateTimeOffset at) : Timetable
    {
        public override DateTimeOffset? Next(DateTimeOffset after) => at > after ? at : null;
    }
}
