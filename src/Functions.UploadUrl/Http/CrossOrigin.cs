using Microsoft.AspNetCore.Cors.Infrastructure;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// Which pages may call the API. An HTTP API of API Gateway sees to it itself, by the same lists in template.yaml;
/// on Kestrel and behind a function URL <c>PHOTOLAMBDA_ALLOWED_ORIGINS</c> turns it on here.
/// </summary>
internal static class CrossOrigin
{
    public const int PreflightSeconds = 600;

    private const string Setting = "PHOTOLAMBDA_ALLOWED_ORIGINS";

    public static readonly string[] Methods = ["GET", "POST", "PATCH", "DELETE"];

    public static readonly string[] Headers =
        ["authorization", "content-type", "x-correlation-id", "idempotency-key", "traceparent"];

    public static readonly string[] ExposedHeaders =
    [
        "x-correlation-id", "retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset",
        "idempotency-replayed", "location",
    ];

    /// <returns>Null when no origin is named. Tokens go in a header, so no credentials are allowed.</returns>
    /// <exception cref="SettingException">One is no origin; the message names it.</exception>
    public static CorsPolicy? ReadPolicy(Func<string, string?> variable)
    {
        var origins = (variable(Setting) ?? "").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins.Where(o => !IsOrigin(o)))
        {
            throw new SettingException(
                Setting,
                $"has {Settings.Quoted(origin)}; name exact origins, https://photos.example.com, between commas.");
        }

        return origins.Length == 0 ? null : new CorsPolicyBuilder(origins)
            .WithMethods(Methods)
            .WithHeaders(Headers)
            .WithExposedHeaders(ExposedHeaders)
            .SetPreflightMaxAge(TimeSpan.FromSeconds(PreflightSeconds))
            .Build();
    }

    private static bool IsOrigin(string text) => !text.Contains('*')
        && Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && origin.Scheme is "http" or "https"
        && string.Equals(text, origin.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
