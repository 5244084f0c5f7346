using System.Globalization;

namespace PhotoLambda.Lambda;

/// <summary>The context of one invocation, from the headers that came with the event.</summary>
internal sealed class LambdaContext(InvocationHeaders headers, LambdaEnvironment environment, LambdaLog log)
    : ILambdaContext, IDisposable
{
    private static readonly AsyncLocal<LambdaContext?> Ambient = new();
    private static readonly Lock DeadlinesLock = new();
    private readonly DateTimeOffset _deadline = DeadlineOf(headers);
    private List<CancellationTokenSource>? _deadlines;

    /// <summary>The invocation that the calling code works for; null outside of one.</summary>
    public static LambdaContext? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public string AwsRequestId => headers.RequestId;

    public IClientContext? ClientContext => field ??= PhotoLambda.Lambda.ClientContext.Parse(headers.ClientContext);

    public string FunctionName => environment["AWS_LAMBDA_FUNCTION_NAME"] ?? "";

    public string FunctionVersion => environment["AWS_LAMBDA_FUNCTION_VERSION"] ?? "";

    public ICognitoIdentity? Identity => field ??= CognitoIdentity.Parse(headers.CognitoIdentity);

    public string InvokedFunctionArn => headers.FunctionArn ?? "";

    public ILambdaLogger Logger => field ??= new LambdaContextLogger(log);

    public string LogGroupName => environment["AWS_LAMBDA_LOG_GROUP_NAME"] ?? "";

    public string LogStreamName => environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "";

    public int MemoryLimitInMB =>
        int.TryParse(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], CultureInfo.InvariantCulture, out var megabytes)
            ? megabytes
            : 0;

    public TimeSpan RemainingTime => _deadline - DateTimeOffset.UtcNow;

    public string? TraceId => headers.TraceId;

    public string? TenantId => headers.TenantId;

    /// <summary>A token that fires this long before the deadline, at once if that has passed already.</summary>
    public CancellationToken DeadlineToken(TimeSpan margin)
    {
        var left = RemainingTime - margin;
        var source = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        lock (DeadlinesLock)
        {
            (_deadlines ??= []).Add(source);
        }

        return source.Token;
    }

    /// <summary>Stops the timers of the tokens handed out; the tokens themselves stay as they are.</summary>
    public void Dispose()
    {
        lock (DeadlinesLock)
        {
            _deadlines?.ForEach(source => source.Dispose());
        }
    }

    /// <summary>At most a day ahead: a host for debugging may set any deadline, but timers have limits.</summary>
    private static DateTimeOffset DeadlineOf(InvocationHeaders headers)
    {
        var now = DateTimeOffset.UtcNow;
        return headers.Deadline is not { } deadline ? now.AddMinutes(15)
            : deadline > now.AddDays(1) ? now.AddDays(1)
            : deadline;
    }
}
