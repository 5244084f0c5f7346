using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using PhotoLambda.S3;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>Turns what no route answered, and what a route threw, into problems.</summary>
internal sealed partial class Failures(RequestDelegate next, ILogger<Failures> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (
            http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            // The client is gone, or the invocation is out of time, which the Lambda layer tells by this status.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(http, e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.BodyTooLarge(LongestBody(http))
                : Problems.BadRequest(e.StatusCode, e.Message));
            return;
        }
        catch (NpgsqlException e) when (IsUnavailable(e))
        {
            Log.DatabaseUnavailable(logger, e, http.CorrelationId());
            http.Response.Headers.RetryAfter = "5";
            await AnswerAsync(http, Problems.DatabaseUnavailable());
            return;
        }
        catch (StoreUnavailableException e)
        {
            Log.StoreUnavailable(logger, e, http.CorrelationId());
            http.Response.Headers.RetryAfter = "5";
            await AnswerAsync(http, Problems.StoreUnavailable());
            return;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            // The boundary of a request: the client gets a problem with the id that finds this line.
            Log.Failed(logger, e, http.CorrelationId());
            await AnswerAsync(http, Problems.Internal());
            return;
        }

        if (http.GetEndpoint() is null or { RequestDelegate: null } || http.Response.StatusCode is 405)
        {
            await AnswerUnroutedAsync(http);
        }
    }

    // Classes of SQLSTATE that tell of the server and the way to it, not of the statement: connection, login, no such
    // database, out of resources, stopped by somebody.
    private static bool IsUnavailable(NpgsqlException e) => e is not PostgresException { SqlState: var state }
        || e.IsTransient || state[..2] is "08" or "28" or "3D" or "53" or "57";

    private static long LongestBody(HttpContext http) =>
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? KestrelLimits.LongestBody;

    private static Task AnswerUnroutedAsync(HttpContext http) => http.Response switch
    {
        { HasStarted: true } => Task.CompletedTask,
        { StatusCode: 405 } => AnswerAsync(http, Problems.MethodNotAllowed(http.Request.Method)),
        { StatusCode: 404 } => AnswerAsync(http, Problems.RouteNotFound(http.Request.Path.Value ?? "/")),
        _ => Task.CompletedTask,
    };

    private static Task AnswerAsync(HttpContext http, Problem problem) => problem.ExecuteAsync(http);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The database did not answer ({CorrelationId})")]
        public static partial void DatabaseUnavailable(ILogger logger, Exception exception, string correlationId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The store did not answer ({CorrelationId})")]
        public static partial void StoreUnavailable(ILogger logger, Exception exception, string correlationId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The request failed ({CorrelationId})")]
        public static partial void Failed(ILogger logger, Exception exception, string correlationId);
    }
}
