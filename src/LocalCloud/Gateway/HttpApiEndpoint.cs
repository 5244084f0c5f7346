using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Gateway;

/// <summary>Runs the function behind a route.</summary>
internal delegate Task<InvocationResult> InvokeFunction(
    string logicalId, Invocation invocation, CancellationToken cancellation);

/// <summary>An HTTP API: finds the route, calls the function, answers what it says.</summary>
internal sealed class HttpApiEndpoint
{
    /// <summary>Of a request's body, in bytes.</summary>
    /// <remarks>apigateway/latest/developerguide/http-api-quotas.html</remarks>
    private const int BodyLimit = 10 * 1_024 * 1_024;

    private readonly string _stagePrefix;
    private readonly RouteTable _routes;
    private readonly HttpApiEvent _event;
    private readonly HttpApiCorsHeaders? _cors;
    private readonly InvokeFunction _invoke;

    /// <param name="api">Its CORS and stage.</param>
    /// <param name="functions">Of the stack; those with routes to this API are served.</param>
    public HttpApiEndpoint(HttpApiResource api, IEnumerable<FunctionResource> functions, InvokeFunction invoke)
    {
        _stagePrefix = api.StageName == "$default" ? "" : "/" + api.StageName;
        _routes = new RouteTable(functions.SelectMany(f => f.Routes
            .Where(r => (r.ApiLogicalId ?? "ServerlessHttpApi") == api.LogicalId)
            .Select(r => (r, f.LogicalId))));
        _event = new HttpApiEvent(api.LogicalId.ToLowerInvariant(), api.StageName);
        _cors = api.Cors is { } cors ? new HttpApiCorsHeaders(cors) : null;
        _invoke = invoke;
    }

    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString();
        context.Response.Headers["apigw-requestid"] = requestId;
        if (_cors?.TryAnswerPreflight(context) == true)
        {
            return;
        }

        // For errors too: a page must be able to read them.
        _cors?.AddTo(context);
        var path = context.Request.Path.Value is { Length: > 0 } given ? given : "/";
        if (WithoutStage(path) is not { } inner || _routes.Match(context.Request.Method, inner) is not { } route)
        {
            await ErrorAsync(context, 404, "Not Found");
        }
        else if (await PayloadLimits.ReadAsync(context.Request, BodyLimit, context.RequestAborted) is not { } body)
        {
            await ErrorAsync(context, 413, "Request Too Long");
        }
        else
        {
            await CallAsync(context, route, path, requestId, body);
        }
    }

    private async Task CallAsync(HttpContext context, RouteMatch route, string path, string requestId, byte[] body)
    {
        var traceId = context.Request.Headers["X-Amzn-Trace-Id"] is [{ } given] ? given : Invocation.NewTraceId();
        var invocation = new Invocation(_event.Write(context.Request, route, path, requestId, traceId, body), traceId);
        if (await InvokeAsync(route, invocation, context.RequestAborted) is not { } result
            || result.FunctionError == Failures.Throttled)
        {
            await ErrorAsync(context, 503, "Service Unavailable");
        }
        else if (result.FunctionError == Failures.RequestTooLarge)
        {
            await ErrorAsync(context, 413, "Request Too Long");
        }
        else if (!result.Succeeded
            || !await HttpApiResponse.TryWriteAsync(context, result.Payload, dropCors: _cors is not null))
        {
            await ErrorAsync(context, 500, "Internal Server Error");
        }
    }

    /// <returns>Null when it took longer than the API waits.</returns>
    private async Task<InvocationResult?> InvokeAsync(
        RouteMatch route, Invocation invocation, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(route.Timeout);
        try
        {
            return await _invoke(route.FunctionId, invocation, patience.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private string? WithoutStage(string path) =>
        _stagePrefix.Length == 0 ? path
        : path == _stagePrefix ? "/"
        : path.StartsWith(_stagePrefix + "/", StringComparison.Ordinal) ? path[_stagePrefix.Length..]
        : null;

    private static Task ErrorAsync(HttpContext context, int status, string message) =>
        Answer.MembersAsync(context, status, ("message", message));
}
