using System.Diagnostics;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>One line for each request: what was asked for by its route, not by its URL, and how it ended.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var start = Stopwatch.GetTimestamp();
        await next(http);
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var correlationId = http.CorrelationId();
        Log.Answered(logger, http.Request.Method, route, http.Response.StatusCode, milliseconds, correlationId);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "{Method} {Route} answered {Status} in {Milliseconds} ms ({CorrelationId})")]
        public static partial void Answered(
            ILogger logger, string method, string route, int status, double milliseconds, string correlationId);
    }
}
