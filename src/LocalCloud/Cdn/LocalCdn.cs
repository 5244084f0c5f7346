using System.Text.Json;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>What delivers photos to their viewers, on a laptop.</summary>
internal sealed class LocalCdn : IDisposable
{
    private readonly CloudFrontStore _cloudFront;

    /// <param name="folder">What outlives the process; made when missing.</param>
    /// <param name="api">Of the local cloud's API, below which files are served.</param>
    /// <param name="store">CloudFront's origins.</param>
    /// <exception cref="LocalCloudException">Something in the folder is damaged.</exception>
    public LocalCdn(string folder, Uri api, ObjectStore store, AccessControl access, TimeProvider time)
    {
        _cloudFront = new CloudFrontStore(Path.Combine(folder, "cloudfront.journal"));
        CloudFront = new CloudFrontEndpoint(_cloudFront, store, time);
        Invalidations = new InvalidationApi(_cloudFront, access, time);
        ImageKit = new ImageKitEndpoint(Path.Combine(folder, "imagekit"), api, time, RemoteFile.DocumentedLimit);
    }

    public ImageKitEndpoint ImageKit { get; }

    public CloudFrontEndpoint CloudFront { get; }

    public InvalidationApi Invalidations { get; }

    /// <summary>The member of the local cloud's state that tells of it.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartObject("cdn");
        ImageKit.WriteSummary(json);
        json.WriteNumber("invalidations", _cloudFront.Invalidations.Count);
        json.WriteEndObject();
    }

    public void Dispose()
    {
        ImageKit.Dispose();
        _cloudFront.Dispose();
    }
}
