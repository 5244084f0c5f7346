using Microsoft.Extensions.Logging;
using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>Stores small pictures of a photo: those that its project asks for, or else the camera's own.</summary>
internal sealed partial class Thumbnails(ObjectWriter writer, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="pictures">Smallest first.</param>
    /// <returns>What the row has of them; null when they could not be stored.</returns>
    public async Task<IReadOnlyList<Thumbnail>?> StoreAsync(
        ObjectVersion version, IReadOnlyList<Picture> pictures, CancellationToken cancellation)
    {
        var stored = new List<Thumbnail>(pictures.Count);
        foreach (var picture in pictures)
        {
            var key = DerivedKeys.Thumbnail(version.Key, picture.Size, picture.MimeType);
            if (!await PutAsync(key, picture.MimeType, picture.Bytes, cancellation))
            {
                return null;
            }

            stored.Add(new Thumbnail(key, picture.Width, picture.Height, picture.MimeType));
        }

        return stored;
    }

    /// <summary>The thumbnail that the camera embedded: a preview without a pixel decoded.</summary>
    /// <param name="window">With the EXIF block of the object.</param>
    /// <returns>The thumbnail's key; null where there is none, or it could not be stored.</returns>
    public async Task<string?> StoreEmbeddedAsync(
        ObjectVersion version, MediaMetadata metadata, ObjectWindow window, CancellationToken cancellation)
    {
        if (metadata.ExifBlock is not { } place || !DerivedKeys.Fit(version.Key)
            || !window.TryRead(place.Offset, place.Count, out var block)
            || EmbeddedThumbnail.Find(metadata, block) is not { } thumbnail)
        {
            return null;
        }

        var key = DerivedKeys.Thumbnail(version.Key);
        return await PutAsync(key, "image/jpeg", thumbnail, cancellation) ? key : null;
    }

    /// <returns>False when it could not be stored.</returns>
    private async Task<bool> PutAsync(
        string key, string type, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await writer.PutAsync(key, type, bytes, Patience, cancellation);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            // A photo without a preview is better than one that never comes.
            Log.NotStored(logger, e, key);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} could not be stored")]
        public static partial void NotStored(ILogger logger, Exception exception, string key);
    }
}

/// <summary>A picture that is in the store.</summary>
internal sealed record Thumbnail(string Key, int Width, int Height, string MimeType);
