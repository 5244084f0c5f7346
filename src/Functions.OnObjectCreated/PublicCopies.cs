using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Makes the copies without positions that links are made of where a project wants that.</summary>
internal sealed class PublicCopies(ObjectWriter writer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="bytes">The whole original, which is changed.</param>
    /// <returns>The copy's key; null where nobody can say that it holds no position: there is no link then.</returns>
    /// <inheritdoc cref="ObjectWriter.PutAsync" path="/exception"/>
    public async Task<string?> StoreAsync(
        ObjectVersion version, MediaMetadata metadata, byte[] bytes, CancellationToken cancellation)
    {
        if (GpsScrub.Run(bytes, metadata) == ScrubOutcome.Unknown)
        {
            return null;
        }

        // Also of what holds no position: a link is good for days, and the original may be replaced meanwhile.
        var key = DerivedKeys.PublicCopy(version.Key);
        // The event comes again where this fails: without the copy the photo would have no link.
        await writer.PutAsync(key, metadata.Type.Mime()!, bytes, Patience, cancellation);
        return key;
    }
}
