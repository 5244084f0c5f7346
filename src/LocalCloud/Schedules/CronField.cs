using System.Globalization;

namespace PhotoLambda.Local.Schedules;

/// <summary>One field of cron: values, ranges and steps, with commas in between.</summary>
internal static class CronField
{
    public static readonly string[] Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    public static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <param name="least">The number of the first name, too.</param>
    /// <returns>By the value: whether the field has it.</returns>
    /// <exception cref="FormatException">The message names field, text and limits.</exception>
    public static bool[] Parse(string name, string text, int least, int most, string[]? names = null)
    {
        var has = new bool[most + 1];
        foreach (var item in text.Split(','))
        {
            var (range, step) = item.Split('/') switch
            {
                [var whole] => (whole, 1),
                [var whole, var every] when Number(every, null, 1) is >= 1 and var number => (whole, number),
                _ => throw Error(),
            };
            var (first, last) = range.Split('-') switch
            {
                ["*"] => (least, most),
                // A value with steps goes on to the end: 5/10 is 5, 15, 25 …
                [var one] => (Value(one), item.Contains('/') ? most : Value(one)),
                [var from, var to] when Value(from) <= Value(to) => (Value(from), Value(to)),
                _ => throw Error(),
            };
            for (var value = first; value <= last; value += step)
            {
                has[value] = true;
            }
        }

        return has;

        int Value(string one) => Number(one, names, least) is { } value && value >= least && value <= most
            ? value
            : throw Error();

        FormatException Error() => new(
            $"'{text}' is no {name} of a cron schedule; they are {least} to {most}"
            + (names is null ? "" : $" or {names[0]} to {names[^1]}") + ", with , - * and /.");
    }

    /// <returns>Null when it is neither a name nor a number.</returns>
    public static int? Number(string text, string[]? names, int least) =>
        names is not null && Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is
            >= 0 and var index ? index + least
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
