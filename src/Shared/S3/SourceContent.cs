using System.Buffers;
using System.Net;

namespace PhotoLambda.S3;

/// <summary>A body copied from a stream that can seek, so that each try sends the same; it stays open.</summary>
/// <param name="start">Where the body begins in the stream.</param>
/// <param name="length">Bytes.</param>
internal sealed class SourceContent(Stream source, long start, long length, TryTime time) : HttpContent
{
    private const int Piece = 64 * 1024;

    protected override bool TryComputeLength(out long length1)
    {
        length1 = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        CopyAsync(stream, time.Token);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CopyAsync(stream, cancellationToken);

    private async Task CopyAsync(Stream destination, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            source.Position = start;
            for (var left = length; left > 0;)
            {
                var read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellation);
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellation);
                left -= read;
                time.Goes();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation) is var read && read > 0
                ? read
                : throw new EndOfStreamException("The content became shorter while it was being sent.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new SourceException(e);
        }
    }
}

/// <summary>What was to be sent cannot be read: this says nothing of the store.</summary>
internal sealed class SourceException(Exception inner) : Exception(inner.Message, inner);
