using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Makes the copies without positions that links are made of where a project wants that.</summary>
internal sealed class PublicCopies(ObjectReader reader, ObjectWriter writer)
{
    private const int PieceBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Whole files are in memory: one at a time.
    private static readonly SemaphoreSlim Turn = new(1);

    /// <returns>The copy's key; null where nobody can say that it holds no position: there is no link then.</returns>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since.</exception>
    /// <inheritdoc cref="ObjectWriter.PutAsync" path="/exception"/>
    public async Task<string?> StoreAsync(
        ObjectVersion version, MediaMetadata metadata, CancellationToken cancellation)
    {
        if (version.Size > GpsScrub.MaxBytes || !DerivedKeys.Fit(version.Key))
        {
            return null;
        }

        await Turn.WaitAsync(cancellation);
        try
        {
            var bytes = await ReadAsync(version, cancellation);
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
        finally
        {
            Turn.Release();
        }
    }

    private async Task<byte[]> ReadAsync(ObjectVersion version, CancellationToken cancellation)
    {
        var bytes = new byte[version.Size];
        for (var at = 0; at < bytes.Length; at += PieceBytes)
        {
            var count = Math.Min(PieceBytes, bytes.Length - at);
            var part = await reader.ReadAsync(version, at, count, cancellation);
            part.Bytes.CopyTo(bytes.AsMemory(at, count));
        }

        return bytes;
    }
}
