using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Functions;

/// <summary><c>POST /2015-03-31/functions/{name}/invocations</c>, so that <c>aws lambda invoke</c> works.</summary>
/// <param name="enqueue">Keeps an event for an asynchronous invocation: logical id, payload.</param>
/// <param name="access">Null: whoever asks is the administrator.</param>
/// <remarks>lambda/latest/api/API_Invoke.html</remarks>
internal sealed class InvokeApi(
    LambdaService lambda, Func<string, byte[], CancellationToken, Task> enqueue, AccessControl? access = null)
{
    private const string Prefix = "/2015-03-31/functions/";
    private const string Suffix = "/invocations";

    /// <summary>Whether a request is one for <see cref="HandleAsync"/>; its signature is the caller's matter.</summary>
    public static bool Matches(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Path.Value!.StartsWith(Prefix, StringComparison.Ordinal)
        && request.Path.Value!.EndsWith(Suffix, StringComparison.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = Uri.UnescapeDataString(path[Prefix.Length..^Suffix.Length]);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        if (lambda.Find(name) is not { } host)
        {
            await ErrorAsync(
                context, 404, "ResourceNotFoundException", $"Function not found: {CloudIdentity.FunctionArn(name)}");
            return;
        }

        if (Refusal(context.Request, host) is { } refusal)
        {
            await ErrorAsync(context, 403, "AccessDeniedException", refusal);
            return;
        }

        var type = context.Request.Headers["X-Amz-Invocation-Type"].ToString();
        var limit = type == "Event" ? PayloadLimits.Asynchronous : PayloadLimits.Synchronous;
        var payload = await PayloadLimits.ReadAsync(context.Request, limit, context.RequestAborted);
        await (payload switch
        {
            null => ErrorAsync(
                context, 413, Failures.RequestTooLarge,
                $"Request must be smaller than {limit} bytes for the InvokeFunction operation"),
            _ when !IsJson(payload) => ErrorAsync(
                context, 400, "InvalidRequestContentException", "Could not parse request body into json"),
            _ => type switch
            {
                "Event" => EnqueueAsync(context, host, payload),
                "DryRun" => Empty(context, 204),
                "" or "RequestResponse" => RunAsync(context, host, payload),
                _ => ErrorAsync(
                    context, 400, "InvalidParameterValueException",
                    "X-Amz-Invocation-Type is RequestResponse, Event or DryRun"),
            },
        });
    }

    /// <summary>Who asks is told by the access key alone; whoever signs nothing is the administrator.</summary>
    private string? Refusal(HttpRequest request, FunctionHost host)
    {
        var fields = request.Headers.Authorization.ToString().Split("Credential=", 2);
        if (access?.Find(fields[^1].Split('/')[0]) is not { } principal)
        {
            return null;
        }

        try
        {
            access.Require(
                principal, "lambda:InvokeFunction", CloudIdentity.FunctionArn(host.Function.FunctionName));
            return null;
        }
        catch (AccessDeniedException denied)
        {
            return denied.Message;
        }
    }

    private static async Task RunAsync(HttpContext context, FunctionHost host, byte[] payload)
    {
        var clientContext = context.Request.Headers["X-Amz-Client-Context"].ToString();
        var invocation = new Invocation(
            payload,
            context.Request.Headers["X-Amzn-Trace-Id"] is [{ } traceId] ? traceId : null,
            clientContext.Length > 0 ? Decode(clientContext) : null);
        var result = await host.InvokeAsync(invocation, context.RequestAborted);
        if (result.FunctionError == Failures.Throttled)
        {
            await ErrorAsync(context, 429, Failures.Throttled, "Rate Exceeded.");
            return;
        }

        context.Response.Headers["X-Amz-Executed-Version"] = "$LATEST";
        if (result.FunctionError is { } error)
        {
            context.Response.Headers["X-Amz-Function-Error"] = error;
        }

        await Answer.JsonAsync(context, 200, result.Payload);
    }

    private async Task EnqueueAsync(HttpContext context, FunctionHost host, byte[] payload)
    {
        await enqueue(host.Function.LogicalId, payload, context.RequestAborted);
        await Empty(context, 202);
    }

    private static Task Empty(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task ErrorAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.Headers["x-amzn-ErrorType"] = type;
        return Answer.MembersAsync(context, status, ("Type", "User"), ("Message", message));
    }

    private static bool IsJson(byte[] payload)
    {
        if (payload.Length == 0)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }
}
