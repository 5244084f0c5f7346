using System.Security.Cryptography;
using PhotoLambda.Media;
using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Holds an object against its ticket; one without a ticket, against its project's policy.</summary>
internal static class Comparison
{
    private static readonly (long Image, long Audio) OfServices =
        (MediaKind.Original.MostBytes, MediaKind.Audio.MostBytes);

    /// <param name="size">Of the object, in bytes.</param>
    /// <param name="storedType">As the store has it.</param>
    /// <param name="sha256">As the store knows it, where the ticket has one.</param>
    /// <returns>A code, a colon and a sentence; null when nothing is wrong.</returns>
    public static string? Failure(
        Photo photo, long size, string? storedType, MediaMetadata metadata, byte[]? sha256) =>
        (photo.Ticket switch
        {
            null => Refusal(photo.Policy, size, metadata),
            { IsService: true } => Refusal(photo.Policy with { MaxBytes = OfServices }, size, metadata),
            var ticket => Mismatch(ticket, size, storedType, metadata),
        })
        // An image that takes gigabytes to decode would be a weapon against every detector.
        ?? (metadata.Errors.FirstOrDefault(e => e.Code == MetadataCode.TooManyPixels) is { } error
            ? $"{error.Code}: {error.Detail}"
            : null)
        ?? (IsAnother(photo.Ticket, sha256)
            ? "checksum_mismatch: the object's SHA-256 is not the ticket's"
            : null);

    private static string? Mismatch(Ticket ticket, long size, string? storedType, MediaMetadata metadata)
    {
        if (size != (ticket.Size ?? size))
        {
            return $"size_mismatch: the ticket was for {ticket.Size} bytes, the object has {size}";
        }

        // What a ticket tells of the size was held against the policy when it was issued.
        if (ticket.Size is null && size > ticket.MostBytes)
        {
            return $"size_mismatch: the project takes {ticket.MostBytes} bytes at most, the object has {size}";
        }

        // How another system stored what is registered later says nothing of it.
        if (storedType != ticket.ContentType && !ticket.IsDescriptor)
        {
            return $"type_mismatch: the ticket was for {ticket.ContentType}, the store has it as {storedType}";
        }

        return metadata.Type.Fits(ticket.ContentType)
            ? null
            : $"type_mismatch: the ticket was for {ticket.ContentType}, the content is {Found(metadata)}";
    }

    private static string? Refusal(ReadingPolicy policy, long size, MediaMetadata metadata)
    {
        var most = metadata.Type.IsAudio() ? policy.MaxBytes.Audio : policy.MaxBytes.Image;
        if (size > most)
        {
            return $"size_mismatch: the project takes {most} bytes at most, the object has {size}";
        }

        return policy.AllowedTypes.Any(type => metadata.Type.Fits(type))
            ? null
            : $"type_mismatch: the project takes {string.Join(", ", policy.AllowedTypes)}, "
                + $"the content is {Found(metadata)}";
    }

    private static string Found(MediaMetadata metadata) => metadata.Type.Mime() ?? "of no known type";

    private static bool IsAnother(Ticket? ticket, byte[]? stored) =>
        ticket is { Sha256: { } promised } && (stored is null
            // That of an upload in parts is none of the file.
            ? !ticket.IsDescriptor && !ticket.IsService
            : !CryptographicOperations.FixedTimeEquals(stored, promised));
}
