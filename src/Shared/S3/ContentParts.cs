using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace PhotoLambda.S3;

/// <summary>A content cut into parts while it is read, in memory that is used again; counted and hashed.</summary>
/// <param name="mostBytes">Of the whole.</param>
internal sealed class ContentParts(Stream content, long mostBytes) : IDisposable
{
    /// <summary>The least that the store takes of all parts but the last.</summary>
    public const int PartSize = 5 * 1024 * 1024;

    private const int MostParts = 10_000;
    private const int MostDoublings = 8;

    // As many as one upload has under way. .NET's own pools have arrays of 8 MiB for parts of 5, and the shared one
    // keeps some for each thread, while parts are read on one thread and sent on another.
    private const int MostKept = 2;
    private static readonly ConcurrentQueue<byte[]> Kept = new();

    private readonly bool _mayHaveMore = (content.CanSeek ? content.Length - content.Position : mostBytes)
        > (long)MostParts * PartSize;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _next = new byte[1];
    private bool _hasNext;
    private int _count;

    /// <summary>Bytes read so far.</summary>
    public long Size { get; private set; }

    /// <summary>Whether the last part was the last of all.</summary>
    public bool IsEnded { get; private set; }

    /// <returns>The next part, the caller's to dispose; an empty one when the content is empty.</returns>
    /// <exception cref="ObjectTooLargeException">There is more than may be.</exception>
    public async Task<ContentPart> ReadAsync(CancellationToken cancellation)
    {
        // Twice as large after each thousand, ten thousand parts have more than any object.
        var partSize = _mayHaveMore ? PartSize << Math.Min(_count * 10 / MostParts, MostDoublings) : PartSize;
        var buffer = partSize == PartSize && Kept.TryDequeue(out var kept)
            ? kept
            : GC.AllocateUninitializedArray<byte>(partSize);
        var filled = 0;
        if (_hasNext)
        {
            buffer[filled++] = _next[0];
        }

        filled += await content.ReadAtLeastAsync(
            buffer.AsMemory(filled, partSize - filled), partSize - filled, throwOnEndOfStream: false, cancellation);
        // Whether a full part is the last one is known a byte later.
        _hasNext = filled == partSize && await content.ReadAsync(_next, cancellation) > 0;
        IsEnded = !_hasNext;
        Size += filled;
        if (Size + (_hasNext ? 1 : 0) > mostBytes)
        {
            throw new ObjectTooLargeException(mostBytes);
        }

        _sha256.AppendData(buffer, 0, filled);
        return new ContentPart(++_count, buffer, filled);
    }

    /// <summary>This part and all that come after it.</summary>
    public async IAsyncEnumerable<ContentPart> FromAsync(
        ContentPart first, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return first;
        while (!IsEnded)
        {
            yield return await ReadAsync(cancellation);
        }
    }

    /// <returns>SHA-256 of all that was read.</returns>
    public byte[] Hash() => _sha256.GetCurrentHash();

    public void Dispose() => _sha256.Dispose();

    public static void Return(byte[] buffer)
    {
        if (buffer.Length == PartSize && Kept.Count < MostKept)
        {
            Kept.Enqueue(buffer);
        }
    }
}

/// <param name="Number">From 1.</param>
internal sealed record ContentPart(int Number, byte[] Buffer, int Length) : IDisposable
{
    public Stream Open() => new MemoryStream(Buffer, 0, Length, writable: false);

    public void Dispose() => ContentParts.Return(Buffer);
}
