using System.Collections.Concurrent;
using PhotoLambda.Aws;

namespace PhotoLambda.S3;

/// <summary>The clients of the buckets that rows and events name. Safe for concurrent use.</summary>
internal sealed class Buckets(HttpClient http, AwsEnvironment aws, TimeProvider? time = null)
{
    private readonly ConcurrentDictionary<string, BucketClient> _clients = new();

    public BucketClient Of(string bucket) =>
        _clients.GetOrAdd(bucket, name => new BucketClient(http, aws, name, time));
}
