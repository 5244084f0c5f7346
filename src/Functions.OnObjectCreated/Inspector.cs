using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads as little of an object as its metadata takes, and holds it against its ticket.</summary>
internal sealed class Inspector(ObjectReader reader)
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
        return new Inspection(photo, version, sequencer, metadata, failure) { Sha256 = sha256 };
    }
}
