using System.Collections.Concurrent;
using PhotoLambda.Signals;

namespace PhotoLambda.S3;

/// <summary>
/// The circuit breakers of the buckets that a process uses: one for each, shared by all that ask the bucket. Safe for
/// concurrent use.
/// </summary>
/// <param name="metrics">Told when a circuit opens and closes.</param>
/// <param name="service">The dimension <c>Function</c> of the metrics.</param>
internal sealed class StoreResilience(TimeProvider? time = null, MetricsLog? metrics = null, string? service = null)
{
    private static readonly MetricSet Changes =
        new(["Function", "Bucket"], ("CircuitOpened", "Count"), ("CircuitClosed", "Count"));

    private readonly ConcurrentDictionary<string, BucketBreaker> _breakers = new();

    public BucketBreaker Of(string bucket) => _breakers.GetOrAdd(
        bucket, name => new BucketBreaker(name, time ?? TimeProvider.System, isOpen => Tell(name, isOpen)));

    private void Tell(string bucket, bool isOpen) =>
        metrics?.Write(Changes, [service ?? "media-store", bucket], isOpen ? [1, 0] : [0, 1]);
}
