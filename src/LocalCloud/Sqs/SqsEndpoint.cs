using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Iam;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>The SQS API over HTTP: the JSON protocol, and the Query protocol of older tools.</summary>
/// <param name="access">Null: there is but the administrator.</param>
internal sealed class SqsEndpoint(QueueService queues, TimeProvider time, AccessControl? access = null)
{
    /// <summary>Ten messages of 1 MiB in all, each character escaped as widely as JSON or a form may do it.</summary>
    private const int MaximumBody = 8 * OutgoingMessage.MaximumSize;

    private readonly SqsOperations _operations = new(queues);
    private readonly AccessControl _access = access ?? AccessControl.None;

    /// <summary>Tells requests to SQS from those to S3, which share an endpoint.</summary>
    public static bool Accepts(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && (request.Headers["X-Amz-Target"].ToString().StartsWith(SqsJson.TargetPrefix, StringComparison.Ordinal)
            || IsQuery(request));

    /// <summary>A <see cref="RequestDelegate"/>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString();
        var isQuery = IsQuery(context.Request);
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        context.Response.ContentType = isQuery ? QueryAnswer.ContentType : SqsJson.ContentType;
        byte[] answer;
        try
        {
            answer = await AnswerAsync(context, isQuery, requestId);
        }
        catch (SqsError e)
        {
            context.Response.StatusCode = e.Status;
            context.Response.Headers["x-amzn-query-error"] = $"{e.QueryCode};Sender";
            answer = isQuery
                ? QueryAnswer.Format(e, requestId)
                : JsonSerializer.SerializeToUtf8Bytes(
                    new SqsFault($"com.amazonaws.sqs#{e.Code}", e.Message), SqsJson.Wire.SqsFault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task<byte[]> AnswerAsync(HttpContext context, bool isQuery, string requestId)
    {
        var body = await ReadBodyAsync(context.Request, context.RequestAborted);
        var principal = SqsSignature.Verify(context.Request, body.Span, _access, time.GetUtcNow());
        var (operation, request) = Read(context.Request, body, isQuery);
        Authorize(principal, operation, request);
        var answer = await _operations.RunAsync(operation, request, context.RequestAborted);
        return isQuery
            ? QueryAnswer.Format(operation, answer, requestId)
            : JsonSerializer.SerializeToUtf8Bytes(answer, SqsJson.Wire.SqsAnswer);
    }

    private void Authorize(Principal principal, string operation, SqsRequest request)
    {
        try
        {
            _access.Require(principal, SqsActions.Of(operation), SqsActions.ResourceOf(request));
        }
        catch (AccessDeniedException denied)
        {
            throw SqsError.Denied("AccessDeniedException", denied.Message, "AccessDenied");
        }
    }

    private static (string Operation, SqsRequest Request) Read(
        HttpRequest http, ReadOnlyMemory<byte> body, bool isQuery)
    {
        try
        {
            var (operation, request) = isQuery
                ? QueryProtocol.Read(Encoding.UTF8.GetString(body.Span))
                : (http.Headers["X-Amz-Target"].ToString()[SqsJson.TargetPrefix.Length..],
                    JsonSerializer.Deserialize(body.Span, SqsJson.Wire.SqsRequest) ?? new SqsRequest());
            // Older clients post to the URL of the queue and may leave the parameter out.
            var isQueuePath = http.Path.Value is { Length: > 1 };
            return (operation, request.QueueUrl is null && isQueuePath
                ? request with { QueueUrl = http.Path.Value }
                : request);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SqsError(
                "SerializationException", $"The request cannot be read: {e.Message}", 400, "MalformedInput");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, MaximumBody));
        var chunk = new byte[16 * 1024];
        while (await request.Body.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > MaximumBody)
            {
                throw new SqsError(
                    "RequestEntityTooLarge", $"A request to SQS has at most {MaximumBody} bytes here.", 413);
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static bool IsQuery(HttpRequest request) =>
        request.ContentType?.StartsWith(QueryProtocol.ContentType, StringComparison.OrdinalIgnoreCase) == true;
}
