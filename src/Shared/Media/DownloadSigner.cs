using PhotoLambda.Aws;

namespace PhotoLambda.Media;

/// <summary>Presigns GETs, with the headers that the store is to answer with. Safe for concurrent use.</summary>
internal sealed class DownloadSigner(AwsEnvironment aws, TimeProvider time)
{
    private readonly Presigners _presigners = new(aws, time);

    public string Sign(StoredFile file, TimeSpan lifetime) =>
        _presigners.Of(file.Bucket).Presign(new PresignRequest("GET", file.Key, lifetime)
        {
            Query =
            [
                new("response-content-disposition", file.Disposition),
                new("response-content-type", file.ContentType),
            ],
        });
}
