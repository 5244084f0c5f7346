using System.Globalization;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Where a user stands with the upload URLs of a minute.</summary>
/// <param name="Limit">Of the project.</param>
/// <param name="Remaining">Of the limit, now.</param>
/// <param name="ResetSeconds">
/// Until the limit is free again as a whole; or, when it was reached, until it goes as far as the refused photo.
/// </param>
/// <seealso href="https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-07.html"/>
internal readonly record struct RateLimit(int Limit, int Remaining, int ResetSeconds)
{
    public static readonly IReadOnlyList<(string Name, string Description)> Headers =
    [
        ("RateLimit-Limit", "Upload URLs that a user gets in a minute, by the project's policy"),
        ("RateLimit-Remaining", "Of them, those left now"),
        ("RateLimit-Reset", "Seconds until all are free again"),
    ];

    public void WriteTo(HttpResponse response)
    {
        response.Headers["RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["RateLimit-Remaining"] = Remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers["RateLimit-Reset"] = ResetSeconds.ToString(CultureInfo.InvariantCulture);
    }
}
