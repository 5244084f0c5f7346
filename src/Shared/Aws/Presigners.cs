using System.Collections.Concurrent;

namespace PhotoLambda.Aws;

/// <summary>
/// The presigners of the buckets that rows name: few, unless the deployment's were changed. Safe for concurrent use.
/// </summary>
internal sealed class Presigners(AwsEnvironment aws, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Presigner> _presigners = new();

    public Presigner Of(string bucket) => _presigners.GetOrAdd(bucket, name => new Presigner(aws, name, time));
}
