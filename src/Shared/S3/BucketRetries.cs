using System.Net;
using Polly;
using Polly.Retry;

namespace PhotoLambda.S3;

/// <summary>
/// Retries requests to the store that may succeed later, never past the deadline of the request, and none while the
/// bucket's circuit is open.
/// </summary>
internal sealed class BucketRetries
{
    public const int Retries = 3;

    private static readonly ResiliencePropertyKey<StoreRequest> Request = new("request");

    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public BucketRetries(TimeProvider time, BucketBreaker? breaker)
    {
        _time = time;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = args => ValueTask.FromResult(
                    MaySucceedLater(args.Outcome, RequestOf(args.Context), breaker)
                    && time.GetUtcNow() + LongestDelay(args) < RequestOf(args.Context).Deadline),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                    Jittered(RequestOf(args.Context).FirstDelay, args.AttemptNumber)),
            });
        _pipeline = breaker is null ? builder.Build() : builder.AddStrategy(_ => breaker).Build();
    }

    public static StoreRequest RequestOf(ResilienceContext context) =>
        context.Properties.TryGetValue(Request, out var request)
            ? request
            : throw new InvalidOperationException("The pipeline runs requests to the store only.");

    /// <returns>At least half of what the attempt waits at most, so that those who failed at once do not come back at
    /// once.</returns>
    public static TimeSpan Jittered(TimeSpan first, int attempt) =>
        first * Math.Pow(2, attempt) * (0.5 + (Random.Shared.NextDouble() / 2));

    /// <param name="once">Sends the request; called again for each retry.</param>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<HttpResponseMessage> RunAsync(
        StoreRequest request, Func<TryTime, Task<HttpResponseMessage>> once, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(Request, request);
        try
        {
            return await _pipeline.ExecuteAsync(
                async (c, send) =>
                {
                    using var time = new TryTime(_time, request.Silence, request.Deadline, c.CancellationToken);
                    return await time.RunAsync(send);
                },
                context, once);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool MaySucceedLater(
        Outcome<HttpResponseMessage> outcome, StoreRequest request, BucketBreaker? breaker) =>
        (BucketBreaker.IsFault(outcome) && (request.PassesBreaker || breaker?.Wait is null))
        || (request.RetriesConflicts && outcome.Result?.StatusCode == HttpStatusCode.Conflict);

    private static TimeSpan LongestDelay(RetryPredicateArguments<HttpResponseMessage> args) =>
        RequestOf(args.Context).FirstDelay * Math.Pow(2, args.AttemptNumber);
}
