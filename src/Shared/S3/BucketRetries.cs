using System.Net;
using Polly;
using Polly.Retry;

namespace PhotoLambda.S3;

/// <summary>Retries requests to the store that may succeed later, never past the deadline of the call.</summary>
internal sealed class BucketRetries
{
    private static readonly ResiliencePropertyKey<DateTimeOffset> Deadline = new("deadline");
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // Three more tries within about a second and a half: whoever waits has more objects to come to.
    private const int Retries = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public BucketRetries(TimeProvider time)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = args => ValueTask.FromResult(
                    MaySucceedLater(args.Outcome)
                    && time.GetUtcNow() + LongestDelay(args.AttemptNumber) < DeadlineOf(args.Context)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                    LongestDelay(args.AttemptNumber) * (0.5 + (Random.Shared.NextDouble() / 2))),
            })
            .Build();
    }

    /// <param name="request">One request; called again for each retry.</param>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<HttpResponseMessage> RunAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> request,
        TimeSpan? timeout,
        DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(Deadline, deadline);
        try
        {
            return await _pipeline.ExecuteAsync(
                async (c, send) => await OnceAsync(send, timeout ?? DefaultTimeout, deadline, c.CancellationToken),
                context, request);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        TimeSpan timeout,
        DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var left = deadline - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            throw new TimeoutException("There is no time left for the store.");
        }

        var limit = left < timeout ? left : timeout;
        using var late = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await send(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The store did not answer within {limit.TotalSeconds:0.###} s.");
        }
    }

    private static bool MaySucceedLater(Outcome<HttpResponseMessage> outcome) => outcome.Exception is { } exception
        ? exception is HttpRequestException or TimeoutException
        : outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            or >= HttpStatusCode.InternalServerError;

    private static DateTimeOffset DeadlineOf(ResilienceContext context) =>
        context.Properties.GetValue(Deadline, DateTimeOffset.MaxValue);

    private static TimeSpan LongestDelay(int attempt) => RetryDelay * Math.Pow(2, attempt);
}
