using System.Security.Cryptography;

namespace PhotoLambda.Local.Functions;

/// <summary>One event on its way through a function.</summary>
/// <param name="payload">JSON, up to <see cref="PayloadLimits.Synchronous"/> bytes.</param>
/// <param name="traceId">Of the caller, as <c>X-Amzn-Trace-Id</c>; one is made when null.</param>
/// <param name="clientContext">As <c>X-Amz-Client-Context</c>, decoded.</param>
internal sealed class Invocation(byte[] payload, string? traceId = null, string? clientContext = null)
{
    private readonly TaskCompletionSource<InvocationResult> _result =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public byte[] Payload => payload;

    public string TraceId { get; } = traceId ?? NewTraceId();

    public string? ClientContext => clientContext;

    /// <summary>When the function will be killed; set when an instance takes the event.</summary>
    public DateTimeOffset Deadline { get; set; }

    public Task<InvocationResult> Result => _result.Task;

    /// <returns>Whether this was the first result; later ones are dropped.</returns>
    public bool Complete(InvocationResult result) => _result.TrySetResult(result);

    /// <summary>Nobody waits any more; if no instance has taken the event yet, none will.</summary>
    public void Abandon(CancellationToken cancellation) => _result.TrySetCanceled(cancellation);

    /// <summary>A new trace in X-Ray's form, not sampled.</summary>
    public static string NewTraceId()
    {
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)).AsSpan();
        return $"Root=1-{seconds:x8}-{random[..24]};Parent={random[24..]};Sampled=0";
    }
}
