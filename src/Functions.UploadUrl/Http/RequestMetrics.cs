using PhotoLambda.Signals;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>One line of metrics for each request, by function and route.</summary>
internal sealed class RequestMetrics(MetricsLog? log, string function)
{
    /// <summary>For all that no route took: a path of a stranger's making must not become a dimension.</summary>
    public const string NoRoute = "(none)";

    private static readonly MetricSet Set = new(
        ["Function", "Route"],
        ("Requests", "Count"), ("Latency", "Milliseconds"), ("ServerErrors", "Count"), ("ClientErrors", "Count"),
        ("RateLimited", "Count"), ("TicketsIssued", "Count"));

    /// <param name="route">The method and the pattern, not the path; null when there was none.</param>
    public void Record(string? route, int status, double milliseconds, int ticketsIssued) => log?.Write(
        Set,
        [function, route ?? NoRoute],
        [
            1,
            milliseconds,
            status >= 500 ? 1 : 0,
            status is >= 400 and < 500 ? 1 : 0,
            status == StatusCodes.Status429TooManyRequests ? 1 : 0,
            ticketsIssued,
        ]);
}
