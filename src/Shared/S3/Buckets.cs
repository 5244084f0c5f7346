using System.Collections.Concurrent;
using PhotoLambda.Aws;

namespace PhotoLambda.S3;

/// <summary>The clients of the buckets that rows and events name. Safe for concurrent use.</summary>
/// <param name="http">Its own <c>Timeout</c> counts for a whole upload: for long ones let it be infinite.</param>
/// <param name="resilience">The buckets' circuit breakers; null: none.</param>
internal sealed class Buckets(
    HttpClient http, AwsEnvironment aws, TimeProvider? time = null, StoreResilience? resilience = null)
{
    private readonly ConcurrentDictionary<string, BucketClient> _clients = new();

    public BucketClient Of(string bucket) =>
        _clients.GetOrAdd(bucket, name => new BucketClient(http, aws, name, time, resilience?.Of(name)));
}
