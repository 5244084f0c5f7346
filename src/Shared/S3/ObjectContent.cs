namespace PhotoLambda.S3;

/// <summary>The content of an object, or a range of it.</summary>
internal sealed class ObjectContent(Stream body) : Stream
{
    /// <summary>Of the whole object in bytes.</summary>
    public required long TotalLength { get; init; }

    public required string? ContentType { get; init; }

    /// <summary>Without quotes.</summary>
    public required string ETag { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Of the range that was asked for, in bytes.</summary>
    public override long Length => body.Length;

    public override long Position
    {
        get => body.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        body.ReadAsync(buffer, cancellationToken);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
