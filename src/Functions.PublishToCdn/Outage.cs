using PhotoLambda.Cdn;

namespace PhotoLambda.PublishToCdn;

/// <summary>
/// That the CDN is down, for the time of one batch: a few publications in a row had no answer for all their tries, and
/// the others would only spend the invocation's time.
/// </summary>
internal sealed class Outage
{
    private const int InARow = 3;

    private readonly Lock _lock = new();
    private int _failures;
    private CdnException? _last;

    /// <summary>Whether the last publication that ended had no answer.</summary>
    public bool IsLikely => Volatile.Read(ref _failures) > 0;

    /// <summary>Whether the CDN is not to be asked any more.</summary>
    public bool IsCertain => Volatile.Read(ref _failures) >= InARow;

    /// <summary>Why something is not published that the CDN was not asked for.</summary>
    public CdnException NotTried()
    {
        lock (_lock)
        {
            return new CdnException($"not tried, since the CDN failed before: {_last?.Message}")
            {
                RetryAfter = _last?.RetryAfter ?? TimeSpan.Zero,
            };
        }
    }

    public void Note(CdnException? failure)
    {
        lock (_lock)
        {
            (_failures, _last) = failure is { IsOutage: true } ? (_failures + 1, failure) : (0, null);
        }
    }
}
