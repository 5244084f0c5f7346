using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>
/// The bytes of an object, or a range of them, as they come: to be read asynchronously, by one reader, and disposed of.
/// Where the connection breaks, the rest is asked for, of the same version.
/// </summary>
public sealed class MediaStream : Stream
{
    private readonly ObjectContent _body;

    internal MediaStream(ObjectContent body, string? contentType)
    {
        _body = body;
        ContentType = contentType ?? body.ContentType ?? "application/octet-stream";
    }

    /// <summary>Of the whole object, in bytes.</summary>
    public long TotalLength => _body.TotalLength;

    public string ContentType { get; }

    /// <summary>Without quotes.</summary>
    public string ETag => _body.ETag;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Of the range that was asked for, in bytes.</summary>
    public override long Length => _body.Length;

    public override long Position
    {
        get => _body.Position;
        set => throw new NotSupportedException();
    }

    /// <exception cref="MediaStoreUnavailableException">The store stopped answering, or the time is up.</exception>
    /// <exception cref="MediaConflictException">The object was replaced meanwhile.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (MediaCalls.Translated(e) is { } known)
        {
            throw known;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("An object is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
        }

        base.Dispose(disposing);
    }
}
