using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

/// <summary>Runs the application for each HTTP event and makes a response of what it leaves.</summary>
internal sealed partial class HttpInvocations<TContext>(IHttpApplication<TContext> application, ILogger logger)
    where TContext : notnull
{
    private readonly HttpResponsePayload _payload = new();

    public async ValueTask<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation)
    {
        var request = HttpEvent.Parse(invocation.Payload);
        var exchange = new HttpExchange(request, invocation.Context);
        var problem = await ProcessAsync(exchange);
        if (problem is null && exchange.ResponseBody.Length <= HttpResponsePayload.MaximumBytes)
        {
            var whole = _payload.Write(
                request, exchange.StatusCode, exchange.ResponseHeaders, exchange.ResponseBody.Written);
            if (whole.Length <= HttpResponsePayload.MaximumBytes)
            {
                return whole;
            }

            problem = Problem.TooLarge(whole.Length);
        }

        problem ??= Problem.TooLarge(exchange.ResponseBody.Length);
        var headers = new HeaderDictionary
        {
            ["Content-Type"] = Problem.ContentType,
            ["Cache-Control"] = "no-store",
            ["X-Content-Type-Options"] = "nosniff",
        };
        return _payload.Write(request, problem.Status, headers, problem.Write(invocation.Context.AwsRequestId));
    }

    /// <returns>The answer to give in place of the application's; null when that stands.</returns>
    private async Task<Problem?> ProcessAsync(HttpExchange exchange)
    {
        var running = RunAsync(exchange);
        if (running.IsCompleted)
        {
            return await running;
        }

        try
        {
            // An application that does not heed the token is left behind: its client gets an answer in any case.
            return await running.WaitAsync(exchange.TimeLeftToAnswer);
        }
        catch (TimeoutException)
        {
            Log.Abandoned(logger, exchange.TraceIdentifier);
            return Problem.TimedOut;
        }
    }

    private async Task<Problem?> RunAsync(HttpExchange exchange)
    {
        TContext? context = default;
        Exception? failure = null;
        try
        {
            context = application.CreateContext(exchange);
            await application.ProcessRequestAsync(context);
            await exchange.StartAsync();
        }
        catch (Exception e) // The boundary of a request: whatever the application lets out becomes an answer.
        {
            failure = e;
        }

        await CompleteAsync(exchange);
        if (context is not null)
        {
            application.DisposeContext(context, failure);
        }

        return failure is null ? Judge(exchange) : Judge(exchange, failure);
    }

    private async Task CompleteAsync(HttpExchange exchange)
    {
        try
        {
            await exchange.RunCompletedAsync();
        }
        catch (Exception e) // The request itself has been handled by now.
        {
            Log.Failed(logger, exchange.TraceIdentifier, e);
        }
    }

    /// <summary>ASP.NET Core answers 499 to a client that went away; here it is the time that went.</summary>
    private static Problem? Judge(HttpExchange exchange) =>
        exchange is { StatusCode: StatusCodes.Status499ClientClosedRequest, IsPastMargin: true }
            ? Problem.TimedOut
            : null;

    private Problem Judge(HttpExchange exchange, Exception failure)
    {
        if (failure is OperationCanceledException && exchange.IsPastMargin)
        {
            return Problem.TimedOut;
        }

        if (failure is BadHttpRequestException refused)
        {
            return Problem.Refused(refused);
        }

        Log.Failed(logger, exchange.TraceIdentifier, failure);
        return Problem.Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The application failed on request {RequestId}.")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "Request {RequestId} was still running at its deadline: answered with 504.")]
        public static partial void Abandoned(ILogger logger, string requestId);
    }
}
