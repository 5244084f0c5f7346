using System.Globalization;
using System.Text;

namespace PhotoLambda.Cli;

/// <summary>Values as people read them on a terminal, which must not obey what a stranger wrote into a key.</summary>
internal static class Shown
{
    private const int Longest = 2000;

    public static string Text(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var unit in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            // Of Unicode's format characters some turn the writing direction round.
            if (char.IsControl(unit) || char.GetUnicodeCategory(unit) is UnicodeCategory.Format)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
            else
            {
                shown.Append(unit);
            }
        }

        return shown.Append(text.Length > Longest ? "…" : "").ToString();
    }

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <param name="noun">In the singular, with an s for more of them.</param>
    public static string Count(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? "" : "s")}";

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 2 } when duration.Seconds == 0 => Number(duration.TotalDays, "d"),
        { TotalHours: >= 1 } => Number(duration.TotalHours, "h"),
        { TotalMinutes: >= 1 } => Number(duration.TotalMinutes, "m"),
        _ => Number(duration.TotalSeconds, "s"),
    };

    public static string Instant(DateTime at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Columns as wide as what stands in them; those of numbers to the right.</summary>
    public static string Table(IReadOnlyCollection<string[]> rows, params int[] numbers)
    {
        var widths = Enumerable.Range(0, rows.First().Length).Select(i => rows.Max(r => r[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) =>
                numbers.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append("  ").AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return text.ToString();
    }

    private static string Number(double value, string unit) =>
        value.ToString("0.#", CultureInfo.InvariantCulture) + unit;
}
