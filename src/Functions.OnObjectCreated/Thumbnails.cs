using Microsoft.Extensions.Logging;
using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Stores the thumbnails that cameras embed: a preview without a pixel decoded.</summary>
internal sealed partial class Thumbnails(ObjectWriter writer, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="window">With the EXIF block of the object.</param>
    /// <returns>The thumbnail's key; null where there is none, or it could not be stored.</returns>
    public async Task<string?> StoreAsync(
        ObjectVersion version, MediaMetadata metadata, ObjectWindow window, CancellationToken cancellation)
    {
        if (metadata.ExifBlock is not { } place || !DerivedKeys.Fit(version.Key)
            || !window.TryRead(place.Offset, place.Count, out var block)
            || EmbeddedThumbnail.Find(metadata, block) is not { } thumbnail)
        {
            return null;
        }

        var key = DerivedKeys.Thumbnail(version.Key);
        try
        {
            await writer.PutAsync(key, "image/jpeg", thumbnail, Patience, cancellation);
            return key;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            // A photo without a preview is better than one that never comes.
            Log.NotStored(logger, e, key);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} could not be stored")]
        public static partial void NotStored(ILogger logger, Exception exception, string key);
    }
}
