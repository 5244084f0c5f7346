namespace PhotoLambda.Tests;

/// <summary>A head and zeros behind it, that comes as from a network: in pieces, and once.</summary>
internal sealed class OddStream(byte[] head, long length, bool canSeek = false) : Stream
{
    private long _position;

    /// <summary>Thrown instead of the bytes from here on.</summary>
    public (long At, Exception What)? Fails { get; init; }

    /// <summary>Is waited for, once, behind the first bytes.</summary>
    public Func<Task>? Pause { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => canSeek;

    public override bool CanWrite => false;

    public override long Length => canSeek ? length : throw new NotSupportedException();

    public override long Position
    {
        get => canSeek ? _position : throw new NotSupportedException();
        set => _position = canSeek ? value : throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position > 100 && Pause is { } pause)
        {
            Pause = null;
            await pause();
        }

        if (Fails is { } failure && _position >= failure.At)
        {
            throw failure.What;
        }

        var read = (int)Math.Min(Math.Min(buffer.Length, 40_001), length - _position);
        buffer.Span[..read].Clear();
        if (_position < head.Length)
        {
            read = Math.Min(read, head.Length - (int)_position);
            head.AsSpan((int)_position, read).CopyTo(buffer.Span);
        }

        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
