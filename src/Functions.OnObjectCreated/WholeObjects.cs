using PhotoLambda.Metadata.Scrubbing;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads objects as a whole, which takes memory: one at a time in this process.</summary>
internal sealed class WholeObjects(ObjectReader reader)
{
    /// <summary>Of an object that is read as a whole.</summary>
    public const int MaxBytes = GpsScrub.MaxBytes;

    private const int PieceBytes = 4 * 1024 * 1024;

    private static readonly SemaphoreSlim Turn = new(1);

    /// <param name="use">Has the bytes to itself, until it ends.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since.</exception>
    /// <inheritdoc cref="ObjectReader.ReadAsync" path="/exception"/>
    public async Task<T> UseAsync<T>(
        ObjectVersion version, Func<byte[], Task<T>> use, CancellationToken cancellation)
    {
        await Turn.WaitAsync(cancellation);
        try
        {
            return await use(await ReadAsync(version, cancellation));
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
