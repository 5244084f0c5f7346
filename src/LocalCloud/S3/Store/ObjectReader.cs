using System.Buffers;

namespace PhotoLambda.Local.S3;

/// <summary>Reads an object's bytes, which stay while it lives even if the object is overwritten or deleted.</summary>
internal sealed class ObjectReader : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly Blobs _blobs;

    public ObjectReader(StoredObject item, Blobs blobs)
    {
        Object = item;
        _blobs = blobs;
        _blobs.Hold(item.Segments);
    }

    public StoredObject Object { get; }

    /// <param name="offset">Of the first byte in the object.</param>
    /// <param name="length">Bytes; within the object.</param>
    public async Task CopyToAsync(
        long offset, long length, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            foreach (var segment in Object.Segments)
            {
                var take = Math.Clamp(segment.Size - offset, 0, length);
                if (take > 0)
                {
                    await CopyAsync(segment, offset, take, buffer, write, cancellation);
                    length -= take;
                }

                offset = Math.Max(0, offset - segment.Size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _blobs.Release(Object.Segments);

    private async Task CopyAsync(Segment segment, long offset, long length, byte[] buffer,
        Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        using var file = _blobs.OpenRead(segment.Blob);
        while (length > 0)
        {
            var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length));
            var size = await RandomAccess.ReadAsync(file, piece, offset, cancellation);
            if (size == 0)
            {
                throw new EndOfStreamException($"Blob {segment.Blob} is shorter than {segment.Size} bytes.");
            }

            await write(piece[..size]);
            offset += size;
            length -= size;
        }
    }
}
