using System.Globalization;

namespace PhotoLambda.Local.S3;

/// <summary>The two forms in which S3 writes times.</summary>
internal static class S3Time
{
    /// <summary>For documents and events, e.g. <c>2026-01-02T03:04:05.006Z</c>.</summary>
    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>For headers (RFC 9110 section 5.6.7), whole seconds.</summary>
    public static string Http(DateTimeOffset time) => time.ToString("r", CultureInfo.InvariantCulture);

    /// <returns>Null when the header is missing or is no HTTP date: such a condition is ignored.</returns>
    public static DateTimeOffset? ParseHttp(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : null;
}
