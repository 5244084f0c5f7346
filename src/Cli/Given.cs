using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PhotoLambda.Cli;

/// <summary>Reads what options were given, strictly.</summary>
/// <exception cref="FormatException">Of each: names the option, its limits and the value.</exception>
internal static class Given
{
    private const int LongestKey = 1024;

    /// <param name="text">A number and one of s, m, h, d.</param>
    public static TimeSpan Duration(string option, string text, TimeSpan least, TimeSpan most)
    {
        var unit = text.Length == 0 ? '?' : text[^1];
        var seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        var count = text.AsSpan(0, Math.Max(text.Length - 1, 0));
        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && seconds > 0
            && TimeSpan.FromSeconds((long)number * seconds) is var duration && duration >= least && duration <= most
            ? duration
            : throw new FormatException($"{option} must be a number with s, m, h or d behind it, "
                + $"from {Shown.Duration(least)} to {Shown.Duration(most)}; it was '{Shown.Text(text)}'.");
    }

    public static int Number(string option, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new FormatException(
                $"{option} must be a number from {least} to {most}; it was '{Shown.Text(text)}'.");

    /// <summary>With a point for its fraction.</summary>
    public static decimal Decimal(string option, string text, decimal least, decimal most) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"{option} must be a number from {least} to {most}; it was '{Shown.Text(text)}'."));

    /// <param name="words">All that it may be.</param>
    public static string Word(string option, string text, params string[] words) => words.Contains(text)
        ? text
        : throw new FormatException(
            $"{option} must be one of {string.Join(", ", words)}; it was '{Shown.Text(text)}'.");

    public static string Bucket(string? name) => IsBucket(name)
        ? name
        : throw new FormatException("--bucket must be a bucket's name, 3 to 255 letters, digits, dots and hyphens; "
            + (name is null ? "it is not given." : $"it was '{Shown.Text(name)}'."));

    /// <summary>The beginning of keys; empty: all.</summary>
    public static string Prefix(string? prefix)
    {
        prefix ??= "";
        var length = Encoding.UTF8.GetByteCount(prefix);
        if (length > LongestKey)
        {
            throw new FormatException($"--prefix must have {LongestKey} bytes at most; it has {length}.");
        }

        return IsText(prefix) ? prefix : throw new FormatException("--prefix must be text that UTF-8 can write.");
    }

    public static Guid Id(string option, string? text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new FormatException($"{option} must be a UUID; "
            + (text is null ? "it is not given." : $"it was '{Shown.Text(text)}'."));

    /// <summary>Whether it can stand in an address; S3 has more rules.</summary>
    public static bool IsBucket([NotNullWhen(true)] string? name) =>
        name is { Length: >= 3 and <= 255 } && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Whether PostgreSQL has a text for it.</summary>
    public static bool IsText(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done
                || rune.Value == 0)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
