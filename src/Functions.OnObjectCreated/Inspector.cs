using System.Security.Cryptography;
using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads as little of an object as its metadata takes, and holds it against its ticket.</summary>
internal sealed class Inspector(ObjectReader reader)
{
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since the event.</exception>
    public async Task<Inspection> InspectAsync(PendingPhoto photo, ObjectEvent item, CancellationToken cancellation)
    {
        string? storedType = null;
        var metadata = await MediaReader.ReadAsync(item.Size, async (range, token) =>
        {
            var part = await reader.ReadAsync(item, range.Offset, range.Count, token);
            storedType = part.ContentType;
            return part.Bytes;
        }, cancellationToken: cancellation);
        var failure = Compare(photo, item.Size, storedType, metadata)
            ?? await CompareChecksumAsync(photo, item, cancellation);
        return new Inspection(photo, item, metadata, failure);
    }

    private static string? Compare(PendingPhoto photo, long size, string? storedType, MediaMetadata metadata)
    {
        if (size != (photo.Size ?? size))
        {
            return $"size_mismatch: the ticket was for {photo.Size} bytes, the object has {size}";
        }

        // What a ticket tells of the size was held against the policy when it was issued.
        if (photo.Size is null && size > photo.MostBytes)
        {
            return $"size_mismatch: the project takes {photo.MostBytes} bytes at most, the object has {size}";
        }

        if (storedType != photo.ContentType)
        {
            return $"type_mismatch: the ticket was for {photo.ContentType}, the store has it as {storedType}";
        }

        if (!metadata.Type.Fits(photo.ContentType))
        {
            var found = metadata.Type.Mime() ?? "of no known type";
            return $"type_mismatch: the ticket was for {photo.ContentType}, the content is {found}";
        }

        // An image that takes gigabytes to decode would be a weapon against every detector.
        return metadata.Errors.FirstOrDefault(e => e.Code == MetadataCode.TooManyPixels) is { } error
            ? $"{error.Code}: {error.Detail}"
            : null;
    }

    private async Task<string?> CompareChecksumAsync(
        PendingPhoto photo, ObjectEvent item, CancellationToken cancellation)
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
