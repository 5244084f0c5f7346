using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>What delivers photos to their viewers, on a laptop.</summary>
/// <param name="folder">What outlives the process; made when missing.</param>
/// <param name="api">Of the local cloud's API, below which files are served.</param>
internal sealed class LocalCdn(string folder, Uri api, TimeProvider time) : IDisposable
{
    public ImageKitEndpoint ImageKit { get; } =
        new(Path.Combine(folder, "imagekit"), api, time, RemoteFile.DocumentedLimit);

    /// <summary>The member of the local cloud's state that tells of it.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartObject("cdn");
        ImageKit.WriteSummary(json);
        json.WriteEndObject();
    }

    public void Dispose() => ImageKit.Dispose();
}
