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

    /// <exception cref="CdnException">The CDN is not to be asked.</exception>
    public void ThrowIfDown()
    {
        lock (_lock)
        {
            if (_failures >= InARow)
            {
                throw new CdnException($"not tried, since the CDN failed before: {_last!.Message}")
                {
                    RetryAfter = _last.RetryAfter,
                };
            }
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
