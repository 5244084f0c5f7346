using System.Globalization;
using System.Net.Http.Headers;

namespace PhotoLambda.Lambda;

/// <summary>What comes with an event beside its body. All but the request id may be missing.</summary>
internal sealed record InvocationHeaders(string RequestId)
{
    public DateTimeOffset? Deadline { get; init; }

    public string? FunctionArn { get; init; }

    public string? TraceId { get; init; }

    public string? ClientContext { get; init; }

    public string? CognitoIdentity { get; init; }

    public string? TenantId { get; init; }

    /// <exception cref="RuntimeApiException">There is no request id, so nothing could be answered.</exception>
    public static InvocationHeaders Read(HttpResponseHeaders headers) => new(
        Find(headers, "Lambda-Runtime-Aws-Request-Id")
            ?? throw new RuntimeApiException("The Runtime API sent an event without Lambda-Runtime-Aws-Request-Id."))
    {
        Deadline = ReadDeadline(Find(headers, "Lambda-Runtime-Deadline-Ms")),
        FunctionArn = Find(headers, "Lambda-Runtime-Invoked-Function-Arn"),
        TraceId = Find(headers, "Lambda-Runtime-Trace-Id"),
        ClientContext = Find(headers, "Lambda-Runtime-Client-Context"),
        CognitoIdentity = Find(headers, "Lambda-Runtime-Cognito-Identity"),
        TenantId = Find(headers, "Lambda-Runtime-Aws-Tenant-Id"),
    };

    private static string? Find(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is { Length: > 0 } value
            ? value
            : null;

    private static DateTimeOffset? ReadDeadline(string? text) =>
        long.TryParse(text, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds > 0
        && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}

/// <param name="Payload">The event, JSON unless the caller invoked the function with nothing.</param>
internal sealed record Invocation(LambdaContext Context, InvocationHeaders Headers, byte[] Payload);

/// <summary>Answers an invocation. The returned memory is sent at once and may be reused for the next one.</summary>
internal delegate ValueTask<ReadOnlyMemory<byte>> InvocationHandler(Invocation invocation);
