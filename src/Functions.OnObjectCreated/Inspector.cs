using System.Security.Cryptography;
using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads as little of an object as its metadata takes, and holds it against its ticket.</summary>
internal sealed class Inspector(ObjectReader reader)
{
    private const int FirstRead = 64 * 1024;

    /// <exception cref="ObjectGoneException">The object was deleted or replaced since the event.</exception>
    public async Task<Inspection> InspectAsync(PendingPhoto photo, ObjectEvent item, CancellationToken cancellation)
    {
        var head = await reader.ReadAsync(item, 0, FirstRead, cancellation);
        var metadata = await ReadMetadataAsync(item, head, cancellation);
        var failure = Compare(photo, head, metadata) ?? await CompareChecksumAsync(photo, item, cancellation);
        return new Inspection(photo, item, head.Length, metadata, failure);
    }

    /// <summary>The parsers run over the bytes at hand and name the range they lack; each range is fetched once.</summary>
    private async Task<MediaMetadata> ReadMetadataAsync(ObjectEvent item, ObjectRange head, CancellationToken cancellation)
    {
        var window = new ObjectWindow(head.Length);
        window.Add(0, head.Bytes);
        while (true)
        {
            var metadata = MediaReader.Read(window);
            if (window.Missing is not { } missing)
            {
                return metadata;
            }

            var range = await reader.ReadAsync(item, missing.Offset, missing.Count, cancellation);
            window.Add(missing.Offset, range.Bytes);
        }
    }

    private static string? Compare(PendingPhoto photo, ObjectRange head, MediaMetadata metadata)
    {
        if (head.Length != photo.Size)
        {
            return $"size_mismatch: the ticket was for {photo.Size} bytes, the object has {head.Length}";
        }

        if (head.ContentType != photo.ContentType)
        {
            return $"type_mismatch: the ticket was for {photo.ContentType}, the object was stored as {head.ContentType}";
        }

        var found = metadata.Type.Mime();
        if (found != photo.ContentType)
        {
            return $"type_mismatch: the ticket was for {photo.ContentType}, the content is {found ?? "of no known type"}";
        }

        // An image that takes gigabytes to decode would be a weapon against every detector.
        return metadata.Errors.FirstOrDefault(e => e.Code == MetadataCode.TooManyPixels) is { } error
            ? $"{error.Code}: {error.Detail}"
            : null;
    }

    private async Task<string?> CompareChecksumAsync(PendingPhoto photo, ObjectEvent item, CancellationToken cancellation)
    {
        if (photo.Sha256 is null)
        {
            return null;
        }

        var stored = await reader.Sha256Async(item, cancellation);
        return stored is not null && CryptographicOperations.FixedTimeEquals(stored, photo.Sha256)
            ? null
            : "checksum_mismatch: the object's SHA-256 is not the ticket's";
    }
}
