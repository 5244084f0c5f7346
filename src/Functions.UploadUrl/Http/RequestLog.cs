using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// One line, one set of metrics and one span for each request: what was asked for by its route, not by its URL, and
/// how it ended.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, RequestMetrics metrics, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var start = Stopwatch.GetTimestamp();
        var facts = new RequestFacts();
        http.Features.Set(facts);
        var body = CountedBody.Over(http);
        try
        {
            await next(http);
        }
        finally
        {
            var milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
            Tell(http, facts, body.Bytes, milliseconds);
        }
    }

    private void Tell(HttpContext http, RequestFacts facts, long bytesOut, double milliseconds)
    {
        var (method, status) = (http.Request.Method, http.Response.StatusCode);
        var pattern = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var route = pattern is null ? null : $"{method} {pattern}";
        var organization = http.User.FindFirst(Caller.OrganizationClaim)?.Value;
        var correlationId = http.CorrelationId();
        var bytesIn = http.Request.ContentLength;
        Log.Answered(
            logger, method, pattern ?? RequestMetrics.NoRoute, status, facts.Problem?.Name, milliseconds, bytesIn,
            bytesOut, organization, correlationId);
        metrics.Record(route, status, milliseconds, facts.TicketsIssued);
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
        {
            Describe(span, http, route, pattern);
        }
    }

    // The attributes of https://opentelemetry.io/docs/specs/semconv/http/http-spans/ that say no more than the route.
    private static void Describe(Activity span, HttpContext http, string? route, string? pattern)
    {
        span.DisplayName = route ?? http.Request.Method;
        span.SetTag("http.request.method", http.Request.Method);
        span.SetTag("http.route", pattern);
        span.SetTag("http.response.status_code", http.Response.StatusCode);
        span.SetTag("photolambda.correlation_id", http.CorrelationId());
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "{Method} {Route} answered {Status} {Problem} in {Milliseconds} ms, {BytesIn} bytes in, "
                + "{BytesOut} out, for {Organization} ({CorrelationId})")]
        public static partial void Answered(
            ILogger logger, string method, string route, int status, string? problem, double milliseconds,
            long? bytesIn, long bytesOut, string? organization, string correlationId);
    }
}
