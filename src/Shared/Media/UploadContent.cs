using System.Security.Cryptography;
using PhotoLambda.Metadata;

namespace PhotoLambda.Media;

/// <summary>
/// A caller's stream with its head looked at, its hash at hand, and its own failure told from the store's. What can be
/// read again is: such a stream passes through.
/// </summary>
internal sealed class UploadContent : Stream
{
    private readonly Stream _source;
    private readonly long _start;
    private readonly byte[] _head = new byte[MediaTypes.HeadBytes];
    // Of all that was read, for what cannot be read again.
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _headLength;
    private int _headRead;

    private UploadContent(Stream source)
    {
        _source = source;
        CanSeek = source.CanSeek;
        _start = CanSeek ? source.Position : 0;
        Size = CanSeek ? Math.Max(source.Length - _start, 0) : null;
    }

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    /// <summary>Bytes that were read since the last beginning.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes, where the stream tells.</summary>
    public long? Size { get; }

    /// <summary>What the caller's stream threw.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek { get; }

    public override bool CanWrite => false;

    public override long Length => _source.Length;

    public override long Position
    {
        get => _source.Position;
        set => _source.Position = value;
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

        var opened = new UploadContent(content);
        opened._headLength = await content.ReadAtLeastAsync(opened._head, opened._head.Length, false, cancellation);
        if (opened._headLength == 0)
        {
            throw new ArgumentException($"{field} has 0 bytes; it must have at least 1.", field);
        }

        if (opened.CanSeek)
        {
            content.Position = opened._start;
            opened._headRead = opened._headLength;
        }

        return opened;
    }

    /// <summary>Reads all, or what is left of a stream that cannot be read again.</summary>
    /// <returns>SHA-256 of the whole; null when it has more bytes than these.</returns>
    public async Task<byte[]?> HashAllAsync(long most, CancellationToken cancellation)
    {
        if (CanSeek)
        {
            Position = _start;
            Count = 0;
            _hash.GetHashAndReset();
        }

        var buffer = new byte[128 * 1024];
        while (await ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (Count > most)
            {
                return null;
            }

            if (CanSeek)
            {
                _hash.AppendData(buffer, 0, read);
            }
        }

        return _hash.GetCurrentHash();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(buffer.Length, _headLength - _headRead);
        if (read > 0)
        {
            _head.AsMemory(_headRead, read).CopyTo(buffer);
            _headRead += read;
        }
        else
        {
            read = await FromSourceAsync(buffer, cancellationToken);
        }

        Count += read;
        if (!CanSeek)
        {
            _hash.AppendData(buffer.Span[..read]);
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => _source.Seek(offset, origin);

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

    private async ValueTask<int> FromSourceAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await _source.ReadAsync(buffer, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Failure = e;
            throw;
        }
    }
}
