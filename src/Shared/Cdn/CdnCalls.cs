using System.Globalization;
using Polly;
using Polly.Retry;

namespace PhotoLambda.Cdn;

/// <summary>
/// Requests to a CDN: with a time limit each, and up to three more tries where they may help, never past the deadline.
/// </summary>
internal sealed class CdnCalls
{
    private const int Retries = 3;

    private static readonly ResiliencePropertyKey<DateTimeOffset> Deadline = new("deadline");

    // Twice as long each time, cut by up to half at random, so that instances do not come back all at once.
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    // With less time than this a call would only be cut off.
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _provider;
    private readonly ResiliencePipeline<CdnAnswer> _pipeline;

    /// <param name="http">Follows no redirects, and bounds the answers that it keeps.</param>
    public CdnCalls(HttpClient http, string provider, TimeProvider time)
    {
        (_http, _provider, _time) = (http, provider, time);
        _pipeline = new ResiliencePipelineBuilder<CdnAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<CdnAnswer>
            {
                MaxRetryAttempts = Retries,
                ShouldHandle = args => ValueTask.FromResult(
                    MaySucceedLater(args.Outcome)
                    && time.GetUtcNow() + LongestDelay(args.AttemptNumber, args.Outcome) + LeastTime
                        < args.Context.Properties.GetValue(Deadline, DateTimeOffset.MaxValue)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Delay(args.AttemptNumber, args.Outcome)),
            })
            .Build();
    }

    /// <param name="make">One request; called again for each try.</param>
    /// <param name="what">Is asked for, as reasons name it.</param>
    /// <param name="limit">Of one try.</param>
    /// <returns>The first answer that another try would not change.</returns>
    /// <exception cref="CdnException">No try had such an answer.</exception>
    /// <exception cref="TimeoutException">There was no time to try.</exception>
    /// <exception cref="CdnSourceException">From <paramref name="make"/>.</exception>
    public async Task<CdnAnswer> SendAsync(
        Func<CancellationToken, Task<HttpRequestMessage>> make, string what, TimeSpan limit, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        if (deadline - _time.GetUtcNow() < LeastTime)
        {
            throw new TimeoutException($"There is no time left for {what}.");
        }

        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(Deadline, deadline);
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                async (c, call) => await OnceAsync(call.make, call.what, call.limit, deadline, c.CancellationToken),
                context, (make, what, limit));
            return answer.MaySucceedLater ? throw answer.Refusal(_provider, what) : answer;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<CdnAnswer> OnceAsync(
        Func<CancellationToken, Task<HttpRequestMessage>> make, string what, TimeSpan limit, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var left = deadline - _time.GetUtcNow();
        limit = left < limit ? left : limit;
        using var late = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var request = await make(both.Token);
            using var response = await _http.SendAsync(request, both.Token);
            return await CdnAnswer.ReadAsync(response, _time, both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var seconds = limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            throw Lost($"{_provider} did not answer {what} within {seconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Lost($"{_provider} could not be reached for {what}, or broke off: {e.Message}");
        }
    }

    private static CdnException Lost(string reason) => new(reason) { IsOutage = true, IsUncertain = true };

    private static bool MaySucceedLater(Outcome<CdnAnswer> outcome) =>
        outcome.Exception is CdnException { IsOutage: true } || outcome.Result?.MaySucceedLater == true;

    private static TimeSpan LongestDelay(int attempt, Outcome<CdnAnswer> outcome)
    {
        var (delay, asked) = (FirstDelay * Math.Pow(2, attempt), outcome.Result?.RetryAfter ?? TimeSpan.Zero);
        return asked > delay ? asked : delay;
    }

    private static TimeSpan Delay(int attempt, Outcome<CdnAnswer> outcome)
    {
        var delay = FirstDelay * Math.Pow(2, attempt) * (0.5 + (Random.Shared.NextDouble() / 2));
        var asked = outcome.Result?.RetryAfter ?? TimeSpan.Zero;
        return asked > delay ? asked : delay;
    }
}
