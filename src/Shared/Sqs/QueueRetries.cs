using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace PhotoLambda.Sqs;

/// <summary>Retries requests that may succeed later, never past the deadline of the call.</summary>
internal sealed class QueueRetries
{
    private static readonly ResiliencePropertyKey<DateTimeOffset> Deadline = new("deadline");
    private static readonly ResiliencePropertyKey<TimeSpan> ExtraTime = new("extra-time");

    private readonly QueueClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<SqsAnswer> _pipeline;

    public QueueRetries(QueueClientOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _pipeline = new ResiliencePipelineBuilder<SqsAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<SqsAnswer>
            {
                MaxRetryAttempts = options.Retries,
                ShouldHandle = args => ValueTask.FromResult(
                    MaySucceedLater(args.Outcome, args.Context.CancellationToken)
                    && time.GetUtcNow() + LongestDelay(args.AttemptNumber) < DeadlineOf(args.Context)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                    LongestDelay(args.AttemptNumber) * (0.5 + (Random.Shared.NextDouble() / 2))),
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = args => ValueTask.FromResult(Limit(args)) })
            .Build();
    }

    /// <summary>True for what is worth another try, or another call later.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        SqsException sqs => sqs.IsTransient,
        HttpRequestException or TimeoutRejectedException or OperationCanceledException => true,
        _ => false,
    };

    /// <param name="request">One request; called again for each retry.</param>
    /// <param name="extraTime">On top of the timeout of a request, for a long poll.</param>
    /// <param name="deadline">No retry starts after it, and no request goes on past it.</param>
    public async Task<SqsAnswer> RunAsync(
        Func<CancellationToken, Task<SqsAnswer>> request,
        TimeSpan extraTime,
        DateTimeOffset deadline,
        CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Deadline, deadline);
        context.Properties.Set(ExtraTime, extraTime);
        try
        {
            return await _pipeline.ExecuteAsync(
                async (c, send) => await send(c.CancellationToken), context, request);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool MaySucceedLater(Outcome<SqsAnswer> outcome, CancellationToken caller) =>
        !caller.IsCancellationRequested && (outcome.Exception is { } exception
            ? IsTransient(exception)
            : outcome.Result?.Failed?.Any(f => !f.SenderFault) == true);

    private static DateTimeOffset DeadlineOf(ResilienceContext context) =>
        context.Properties.GetValue(Deadline, DateTimeOffset.MaxValue);

    private TimeSpan LongestDelay(int attempt) => _options.RetryDelay * Math.Pow(2, attempt);

    private TimeSpan Limit(TimeoutGeneratorArguments args)
    {
        var limit = _options.RequestTimeout + args.Context.Properties.GetValue(ExtraTime, TimeSpan.Zero);
        var left = DeadlineOf(args.Context) - _time.GetUtcNow();
        // Polly takes zero and less for "no limit".
        return left < limit ? TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds)) : limit;
    }
}
