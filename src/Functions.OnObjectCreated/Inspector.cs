using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// Reads as little of an object as its metadata takes, holds it against its ticket, and lets pass on what its project
/// wants to be known.
/// </summary>
internal sealed class Inspector(ObjectReader reader, Derivation derivation)
{
    /// <param name="sequencer">Of the event; null for a look.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since.</exception>
    public async Task<Inspection> InspectAsync(
        Photo photo, ObjectVersion version, string? sequencer, CancellationToken cancellation)
    {
        string? storedType = null;
        var limits = ReadLimits.Default with { MaxPixels = photo.Policy.MaxPixels };
        var window = new ObjectWindow(version.Size);
        var metadata = await MediaReader.ReadAsync(window, async (range, token) =>
        {
            var part = await reader.ReadAsync(version, range.Offset, range.Count, token);
            storedType = part.ContentType;
            return part.Bytes;
        }, limits, cancellation);
        var sha256 = photo.Ticket is null or { Sha256: not null }
            ? await reader.Sha256Async(version, cancellation)
            : null;
        var failure = Comparison.Failure(photo, version.Size, storedType, metadata, sha256);
        var (known, tags) = Known(photo.Policy, metadata, window);
        var inspection = new Inspection(photo, version, sequencer, known, failure) { Sha256 = sha256, AllTags = tags };
        return failure is not null
            ? inspection
            : await derivation.AddAsync(inspection, metadata, window, cancellation);
    }

    /// <summary>What may be stored and told: from here on nobody knows more.</summary>
    private static (MediaMetadata Metadata, string? Tags) Known(
        ReadingPolicy policy, MediaMetadata metadata, ObjectWindow window)
    {
        var known = GpsPolicy.Apply(metadata, policy.Gps, policy.GpsGrid);
        if (!policy.KeepAllTags || metadata.ExifBlock is not { } place
            || !window.TryRead(place.Offset, place.Count, out var block))
        {
            return (known, null);
        }

        var (tags, error) = TagDump.Write(block.ToArray(), withPositions: policy.Gps == GpsPolicy.Keep);
        return (error is null ? known : known with { Errors = [.. known.Errors, error] }, tags);
    }
}
