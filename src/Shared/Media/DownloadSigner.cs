using System.Collections.Concurrent;
using PhotoLambda.Aws;

namespace PhotoLambda.Media;

/// <summary>Presigns GETs, with the headers that the store is to answer with. Safe for concurrent use.</summary>
internal sealed class DownloadSigner(AwsEnvironment aws, TimeProvider time)
{
    // Of the buckets that rows name: one, unless the deployment's was changed.
    private readonly ConcurrentDictionary<string, Presigner> _presigners = new();

    public string Sign(StoredFile file, TimeSpan lifetime) =>
        _presigners.GetOrAdd(file.Bucket, bucket => new Presigner(aws, bucket, time))
            .Presign(new PresignRequest("GET", file.Key, lifetime)
            {
                Query =
                [
                    new("response-content-disposition", file.Disposition),
                    new("response-content-type", file.ContentType),
                ],
            });
}
