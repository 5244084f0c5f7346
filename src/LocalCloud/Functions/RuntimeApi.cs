using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// The HTTP API that functions ask for their events, for all functions on one port: each instance has a path prefix
/// of its own, and each function one more, its logical id, for a process that was not started here.
/// </summary>
/// <remarks>lambda/latest/dg/runtimes-api.html</remarks>
internal sealed class RuntimeApi : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private LoopbackServer _server = null!;

    private RuntimeApi()
    {
    }

    /// <summary>As <c>127.0.0.1:port</c>.</summary>
    public string Host => _server.Address["http://".Length..];

    public static async Task<RuntimeApi> StartAsync(CancellationToken cancellation)
    {
        var api = new RuntimeApi();
        api._server = await LoopbackServer.StartAsync(api.HandleAsync, cancellation);
        return api;
    }

    public void Add(string prefix, FunctionHost host, Instance? instance) =>
        _callers[prefix] = new Caller(host, instance);

    public void Remove(string prefix) => _callers.TryRemove(prefix, out _);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', 3);
        if (path is not [_, var prefix, var route] || !_callers.TryGetValue(prefix, out var caller))
        {
            await Answer.ErrorAsync(
                context, 404, "NotFound", "There is no function at this address of the Runtime API.");
            return;
        }

        await ((context.Request.Method, route.Split('/')) switch
        {
            ("GET", ["2018-06-01", "runtime", "invocation", "next"]) => NextAsync(context, caller),
            ("POST", ["2018-06-01", "runtime", "invocation", var id, "response"]) => ResponseAsync(context, caller, id),
            ("POST", ["2018-06-01", "runtime", "invocation", var id, "error"]) => ErrorAsync(context, caller, id),
            ("POST", ["2018-06-01", "runtime", "init", "error"]) => InitErrorAsync(context, caller),
            ("POST", ["2020-01-01", "extension", "register"]) => ExtensionsApi.RegisterAsync(context, caller),
            ("GET", ["2020-01-01", "extension", "event", "next"]) =>
                ExtensionsApi.NextAsync(context, caller, _stopping.Token),
            _ => Answer.ErrorAsync(
                context, 404, "NotFound", $"{context.Request.Method} {route} is not in the Runtime API."),
        });
    }

    private async Task NextAsync(HttpContext context, Caller caller)
    {
        if (caller.Instance?.Current is not null)
        {
            await Answer.ErrorAsync(
                context, 403, "InvalidStateTransition", "The last event has neither a response nor an error yet.");
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        Invocation invocation;
        try
        {
            invocation = await caller.Host.NextAsync(caller.Instance, over.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return;
        }

        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] =
            invocation.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = CloudIdentity.FunctionArn(caller.Host.Function.FunctionName);
        headers["Lambda-Runtime-Trace-Id"] = invocation.TraceId;
        if (invocation.ClientContext is { } clientContext)
        {
            headers["Lambda-Runtime-Client-Context"] = clientContext;
        }

        await Answer.JsonAsync(context, 200, invocation.Payload);
    }

    private static async Task ResponseAsync(HttpContext context, Caller caller, string requestId)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey("Lambda-Runtime-Function-Response-Mode"))
        {
            caller.Host.Finish(requestId, Failures.StreamingRefused);
            await Answer.ErrorAsync(
                context, 400, "InvalidResponseMode", "The local cloud takes buffered responses only.");
        }
        else if (await PayloadLimits.ReadAsync(request, PayloadLimits.Synchronous, context.RequestAborted) is { } body)
        {
            await AcknowledgeAsync(context, caller.Host.Finish(requestId, new InvocationResult(true, body, null)));
        }
        else
        {
            caller.Host.Finish(requestId, Failures.ResponseTooLarge);
            await Answer.ErrorAsync(
                context, 413, "RequestEntityTooLarge",
                $"Exceeded maximum allowed payload size ({PayloadLimits.Synchronous} bytes).");
        }
    }

    private static async Task ErrorAsync(HttpContext context, Caller caller, string requestId) =>
        await AcknowledgeAsync(context, caller.Host.Finish(requestId, await ReportedAsync(context)));

    private static async Task InitErrorAsync(HttpContext context, Caller caller)
    {
        caller.Host.ReportInitError(caller.Instance, await ReportedAsync(context));
        await AcknowledgeAsync(context, true);
    }

    /// <summary>The error's own JSON where there is one, else the type from the header.</summary>
    private static async Task<InvocationResult> ReportedAsync(HttpContext context)
    {
        var type = context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
        var body = await PayloadLimits.ReadAsync(context.Request, PayloadLimits.Synchronous, context.RequestAborted);
        return body is { Length: > 0 }
            ? new InvocationResult(false, body, Failures.Unhandled)
            : Failures.Of(type.Length > 0 ? type : "Runtime.Unknown", "The function reported an error without a body.");
    }

    private static Task AcknowledgeAsync(HttpContext context, bool known) => known
        ? Answer.JsonAsync(context, 202, """{"status":"OK"}"""u8.ToArray())
        : Answer.ErrorAsync(context, 400, "InvalidRequestID", "No such event is being handled; its time may be over.");

    /// <summary>Who asks, told by the prefix of the path.</summary>
    internal sealed record Caller(FunctionHost Host, Instance? Instance);
}
