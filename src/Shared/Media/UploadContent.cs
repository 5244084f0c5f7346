using System.Security.Cryptography;
using PhotoLambda.Metadata;

namespace PhotoLambda.Media;

/// <summary>
/// A caller's stream with its head looked at, counted and hashed as it is read, and with its own failure told from the
/// store's.
/// </summary>
internal sealed class UploadContent : Stream
{
    private readonly Stream _source;
    private readonly byte[] _head = new byte[MediaTypes.HeadBytes];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _headLength;
    private int _headRead;

    private UploadContent(Stream source) => _source = source;

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    /// <summary>Bytes that were read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes, where the stream tells.</summary>
    public long? Size { get; private init; }

    /// <summary>What the caller's stream threw.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads the head.</summary>
    /// <exception cref="ArgumentException">There is nothing to read.</exception>
    public static async Task<UploadContent> OpenAsync(Stream content, string field, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content, field);
        if (!content.CanRead)
        {
            throw new ArgumentException($"{field} is a stream that cannot be read.", field);
        }

        var opened = new UploadContent(content)
        {
            Size = content.CanSeek ? Math.Max(content.Length - content.Position, 0) : null,
        };
        opened._headLength = await opened.FromSourceAsync(
            (s, token) => new(s.ReadAtLeastAsync(opened._head, opened._head.Length, false, token).AsTask()),
            cancellation);
        return opened._headLength > 0 ? opened : throw new ArgumentException(
            $"{field} has 0 bytes; it must have at least 1.", field);
    }

    /// <summary>Reads what is left, and forgets it.</summary>
    /// <returns>SHA-256 of the whole; null when it has more bytes than these.</returns>
    public async Task<byte[]?> HashAllAsync(long most, CancellationToken cancellation)
    {
        var buffer = new byte[128 * 1024];
        while (await ReadAsync(buffer, cancellation) > 0)
        {
            if (Count > most)
            {
                return null;
            }
        }

        return _hash.GetCurrentHash();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_headRead == _headLength || buffer.IsEmpty)
        {
            return Noted(buffer.Span, await FromSourceAsync((s, t) => s.ReadAsync(buffer, t), cancellationToken));
        }

        var read = Math.Min(buffer.Length, _headLength - _headRead);
        _head.AsSpan(_headRead, read).CopyTo(buffer.Span);
        _headRead += read;
        return Noted(buffer.Span, read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Leaves the caller's stream open.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> FromSourceAsync(
        Func<Stream, CancellationToken, ValueTask<int>> read, CancellationToken cancellation)
    {
        try
        {
            return await read(_source, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Failure = e;
            throw;
        }
    }

    private int Noted(Span<byte> buffer, int read)
    {
        _hash.AppendData(buffer[..read]);
        Count += read;
        return read;
    }
}
