using System.Text;

namespace PhotoLambda.Media;

/// <summary>Texts that come as arguments and go into the database.</summary>
internal static class MediaText
{
    private const int Longest = 255;
    private const int LongestName = 64;
    private const int LongestTranscript = 1_000_000;
    private const int MostDetectionTypes = 16;

    private static readonly string[] Priorities = ["low", "normal", "high"];

    public static string Required(string value, string field) =>
        value is not null ? Checked(value, 1, Longest, field) : throw new ArgumentNullException(field);

    public static string? Optional(string? value, string field) =>
        value is null ? null : Checked(value, 1, Longest, field);

    public static string? Transcript(string? value, string field) =>
        value is null ? null : Checked(value, 0, LongestTranscript, field);

    public static string Priority(string value, string field) => Priorities.Contains(value)
        ? value
        : throw new ArgumentException($"{field} is '{Shown(value)}'; it must be low, normal or high.", field);

    public static string[] DetectionTypes(IReadOnlyList<string> values, string field)
    {
        if (values.Count > MostDetectionTypes)
        {
            throw new ArgumentException(
                $"{field} has {values.Count} items; it must have {MostDetectionTypes} at most.", field);
        }

        return values.FirstOrDefault(v => !IsName(v)) is { } wrong
            ? throw new ArgumentException(
                $"{field} has '{Shown(wrong)}'; each must be 1 to {LongestName} letters, digits, '-', '_' or '.'.",
                field)
            : [.. values];
    }

    /// <summary>The beginning of a value, for a message.</summary>
    public static string Shown(string value) => value.Length <= 80 ? value : value[..80] + "…";

    private static bool IsName(string text) =>
        text is { Length: >= 1 and <= LongestName }
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static string Checked(string value, int least, int most, string field)
    {
        // PostgreSQL counts code points, and has neither NUL nor half a surrogate pair.
        var count = 0;
        for (var at = 0; at < value.Length; count++)
        {
            if (value[at] == '\0' || !Rune.TryGetRuneAt(value, at, out var rune))
            {
                throw new ArgumentException(
                    $"{field} is '{Shown(value)}'; it must be text without NUL and half surrogate pairs.", field);
            }

            at += rune.Utf16SequenceLength;
        }

        return count >= least && count <= most ? value : throw new ArgumentException(
            $"{field} has {count} characters ('{Shown(value)}'); it must have {least} to {most}.", field);
    }
}
