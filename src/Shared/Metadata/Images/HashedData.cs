using System.Security.Cryptography;

namespace PhotoLambda.Metadata;

/// <summary>Reads a file from front to end and adds parts of it to a hash.</summary>
internal sealed class HashedData(ObjectStream stream, IncrementalHash hash)
{
    private readonly byte[] _number = new byte[4];

    public long Position => stream.Position;

    public void Skip(long bytes) => stream.Skip(bytes);

    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <param name="bytes">1 to 4, the first the highest.</param>
    /// <returns>Null at the end of the file.</returns>
    public async ValueTask<long?> NumberAsync(int bytes, CancellationToken cancellation)
    {
        if (!await stream.TryReadAsync(_number.AsMemory(0, bytes), cancellation))
        {
            return null;
        }

        var number = 0L;
        for (var i = 0; i < bytes; i++)
        {
            number = (number << 8) | _number[i];
        }

        return number;
    }

    /// <returns>False where the file ends before these bytes do.</returns>
    public async ValueTask<bool> HashAsync(long bytes, CancellationToken cancellation)
    {
        while (bytes > 0)
        {
            var part = await stream.PeekAsync(cancellation);
            if (part.IsEmpty)
            {
                return false;
            }

            part = part[..(int)Math.Min(part.Length, bytes)];
            hash.AppendData(part.Span);
            stream.Skip(part.Length);
            bytes -= part.Length;
        }

        return true;
    }

    /// <returns>The JPEG marker that follows, without its FF; null where there is none.</returns>
    public async ValueTask<long?> NextMarkerAsync(CancellationToken cancellation)
    {
        if (await NumberAsync(1, cancellation) is not 0xFF)
        {
            return null;
        }

        long? marker;
        do
        {
            marker = await NumberAsync(1, cancellation);
        }
        while (marker == 0xFF);
        return marker;
    }

    /// <summary>Hashes entropy-coded data to the next marker that is no restart; FF 00 is a stuffed byte.</summary>
    /// <returns>False where the file ends before.</returns>
    public async ValueTask<bool> HashScanAsync(CancellationToken cancellation)
    {
        while (await stream.PeekAsync(cancellation) is { IsEmpty: false } part)
        {
            var at = part.Span.IndexOf((byte)0xFF);
            var plain = at < 0 ? part.Length : at;
            hash.AppendData(part.Span[..plain]);
            stream.Skip(plain);
            if (at < 0)
            {
                continue;
            }

            var marker = stream.Position;
            stream.Skip(1);
            if (await NumberAsync(1, cancellation) is not { } next)
            {
                return false;
            }

            if (next is not (0 or (>= 0xD0 and <= 0xD7)))
            {
                // It belongs to the walk over the segments again.
                stream.Skip(marker - stream.Position);
                return true;
            }

            hash.AppendData([0xFF, (byte)next]);
        }

        return false;
    }
}
