namespace PhotoLambda.Metadata;

/// <summary>An object read from its front to its end, a block at a time; what is skipped is not fetched.</summary>
/// <param name="length">Of the object in bytes.</param>
internal sealed class ObjectStream(long length, FetchRange fetch)
{
    private const int Block = 1024 * 1024;

    private ReadOnlyMemory<byte> _held;
    private long _heldAt;

    public long Position { get; private set; }

    /// <returns>Bytes from here on, as many as are at hand; empty at the end of the object.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellation)
    {
        if (Position >= length)
        {
            return default;
        }

        if (Position < _heldAt || Position >= _heldAt + _held.Length)
        {
            _held = await fetch(new ByteRange(Position, (int)Math.Min(Block, length - Position)), cancellation);
            _heldAt = Position;
        }

        return _held[(int)(Position - _heldAt)..];
    }

    public void Skip(long bytes) => Position += bytes;

    /// <returns>False where the object ends before these bytes do.</returns>
    public async ValueTask<bool> TryReadAsync(Memory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            var part = await PeekAsync(cancellation);
            if (part.IsEmpty)
            {
                return false;
            }

            part = part[..Math.Min(part.Length, bytes.Length)];
            part.CopyTo(bytes);
            bytes = bytes[part.Length..];
            Skip(part.Length);
        }

        return true;
    }
}
