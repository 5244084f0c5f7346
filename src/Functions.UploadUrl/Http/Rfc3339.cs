using System.Globalization;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>Instants as RFC 3339, section 5.6, writes them.</summary>
internal static class Rfc3339
{
    // ".NET's F's take zero to seven digits, and K a 'Z' or an offset, of which one must be there.
    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK"];

    private static readonly string[] LocalFormats = [.. Formats.Select(f => f[..^1])];

    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return HasOffset(text) && DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
    }

    /// <summary>A date and time as a clock shows it; an offset may follow and does not count.</summary>
    public static bool TryParseLocal(string text, out DateTime local)
    {
        if (HasOffset(text))
        {
            var isInstant = TryParse(text, out var instant);
            local = instant.DateTime;
            return isInstant;
        }

        return DateTime.TryParseExact(
            text, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
    }

    private static bool HasOffset(string text) =>
        text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _] && text.Length >= "2026-01-31T09:30:00Z".Length;
}
