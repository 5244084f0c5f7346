using System.Net;
using Polly;

namespace PhotoLambda.S3;

/// <summary>
/// Lets no request through to a bucket for a minute after five tries in a row have failed; then one, whose outcome
/// decides. Polly's own breaker opens by the share of failures within a window, which does not know five in a row.
/// </summary>
/// <param name="changed">Told whether the circuit is open now.</param>
internal sealed class BucketBreaker(string bucket, TimeProvider time, Action<bool> changed)
    : ResilienceStrategy<HttpResponseMessage>
{
    private const int MostFailures = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private int _failures;
    private long? _openedAt;
    private bool _isProbed;

    /// <summary>The time until a request is let through; null while all are.</summary>
    public TimeSpan? Wait
    {
        get
        {
            lock (_lock)
            {
                return _openedAt is { } at ? Left(at) : null;
            }
        }
    }

    /// <returns>Whether the store failed, so that another try might fare better.</returns>
    public static bool IsFault(Outcome<HttpResponseMessage> outcome) => outcome.Exception switch
    {
        null => outcome.Result is { } response && IsFault(response.StatusCode),
        CircuitOpenException or OutOfTimeException => false,
        var exception => exception is HttpRequestException or TimeoutException,
    };

    public static bool IsFault(HttpStatusCode status) => status
        is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>Counts the body of an answer that was left to the caller.</summary>
    public void BodyEnded(bool isWhole) => Note(!isWhole, isProbe: false);

    protected override async ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback,
        ResilienceContext context,
        TState state)
    {
        var request = BucketRetries.RequestOf(context);
        if (request.PassesBreaker)
        {
            return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        }

        if (!TryEnter(out var isProbe, out var wait))
        {
            return Outcome.FromException<HttpResponseMessage>(new CircuitOpenException(bucket, wait));
        }

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        // A body that is still to come may break: it counts when it has come. A probe has nobody to wait for.
        var isKnown = outcome.Result is { } answer && (isProbe || !request.IsStreamed || !answer.IsSuccessStatusCode);
        Note(IsFault(outcome) ? true : isKnown ? false : null, isProbe);
        return outcome;
    }

    private bool TryEnter(out bool isProbe, out TimeSpan wait)
    {
        lock (_lock)
        {
            wait = _openedAt is { } at ? Left(at) : TimeSpan.Zero;
            isProbe = _openedAt is not null && wait == TimeSpan.Zero && !_isProbed;
            _isProbed |= isProbe;
            return isProbe || _openedAt is null;
        }
    }

    /// <param name="isFault">Null: nothing is known of the store, for the caller gave up or had no time.</param>
    private void Note(bool? isFault, bool isProbe)
    {
        bool? opens;
        lock (_lock)
        {
            opens = isProbe ? Probed(isFault) : _openedAt is null ? Count(isFault) : null;
        }

        if (opens is { } isOpen)
        {
            changed(isOpen);
        }
    }

    private bool? Probed(bool? isFault)
    {
        _isProbed = false;
        _failures = 0;
        _openedAt = isFault switch { true => time.GetTimestamp(), false => null, null => _openedAt };
        return isFault;
    }

    private bool? Count(bool? isFault)
    {
        _failures = isFault switch { true => _failures + 1, false => 0, null => _failures };
        if (_failures < MostFailures)
        {
            return null;
        }

        _openedAt = time.GetTimestamp();
        return true;
    }

    private TimeSpan Left(long openedAt) =>
        Pause - time.GetElapsedTime(openedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}

/// <summary>The bucket failed so often that it is left alone for a while.</summary>
/// <param name="wait">The time until it is tried again.</param>
internal sealed class CircuitOpenException(string bucket, TimeSpan wait) : HttpRequestException(
    $"The bucket {bucket} failed too often: it is asked again in {Math.Ceiling(wait.TotalSeconds):0} s.")
{
    public TimeSpan Wait => wait;
}
