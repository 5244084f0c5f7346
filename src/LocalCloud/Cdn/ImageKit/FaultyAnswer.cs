using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary>What a caller gets in place of an answer.</summary>
internal static class FaultyAnswer
{
    public static async Task SendAsync(HttpContext http, FaultRun run)
    {
        var settings = run.Settings;
        http.Response.StatusCode = settings.Status;
        WriteTimes(http.Response.Headers, settings);
        switch (settings.Kind)
        {
            case FaultKind.Hang:
                await HangAsync(run.Lifted, http.RequestAborted);
                http.Abort();
                break;
            case FaultKind.Reset:
                http.Abort();
                break;
            case FaultKind.Html:
                http.Response.ContentType = "text/html; charset=utf-8";
                await http.Response.WriteAsync(
                    $"<!DOCTYPE html><title>Gateway</title><h1>{settings.Status}</h1>", http.RequestAborted);
                break;
            case FaultKind.Status:
                var refusal = ImageKitAnswer.Refusal(settings.Status, "A fault was asked for.");
                http.Response.ContentType = "application/json";
                await http.Response.Body.WriteAsync(refusal.Json, http.RequestAborted);
                break;
        }
    }

    /// <remarks>
    /// "Rate limits" of ImageKit's API: X-RateLimit-Reset is in how many milliseconds to ask again. Retry-After is not
    /// documented there; what stands before an API may send it.
    /// </remarks>
    private static void WriteTimes(IHeaderDictionary headers, FaultSettings settings)
    {
        if (settings.RetryAfterSeconds is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (settings.RateLimitResetMs is { } milliseconds)
        {
            headers["X-RateLimit-Limit"] = "100";
            headers["X-RateLimit-Interval"] = "1000";
            headers["X-RateLimit-Reset"] = milliseconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static async Task HangAsync(CancellationToken lifted, CancellationToken aborted)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifted, aborted);
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
