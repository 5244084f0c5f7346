using System.Buffers;
using System.IO.Pipelines;

namespace PhotoLambda.Lambda;

/// <summary>
/// Holds what the application writes. Beyond the limit nothing is kept, only counted: the response is going to be
/// refused, and memory is what the function has least of.
/// </summary>
internal sealed class ResponseBody(HttpExchange exchange) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private long _unflushed;

    /// <summary>In bytes, all that was written.</summary>
    public long Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        Length += bytes;
        _unflushed += bytes;
        if (Length <= HttpResponsePayload.MaximumBytes)
        {
            _buffer.Advance(bytes);
        }
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _unflushed = 0;
        await exchange.StartAsync(cancellationToken);
        return default;
    }

    public override void CancelPendingFlush()
    {
        // A flush never waits.
    }

    public override void Complete(Exception? exception = null)
    {
        // The end of the request is the end of the body.
    }
}
