using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace PhotoLambda.Local.S3;

/// <summary>
/// Takes the framing of <c>aws-chunked</c> off a body and verifies its signatures, if it has any.
/// Source: AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html.
/// </summary>
internal sealed class AwsChunkedBody(PipeReader source, ChunkSignatures? signatures)
{
    public const string Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    public const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    public const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    private const int MaximumLine = 16 * 1024;
    private const int MaximumTrailers = 16;

    private readonly Dictionary<string, string> _trailers = new(StringComparer.OrdinalIgnoreCase);
    private long _remaining;
    private bool _ended;

    /// <summary>Complete once <see cref="ReadAsync"/> has answered 0.</summary>
    public IReadOnlyDictionary<string, string> Trailers => _trailers;

    /// <returns>How many bytes of content were read; 0 at the end.</returns>
    /// <exception cref="S3Exception">The framing is broken or a signature is wrong.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (_remaining == 0)
        {
            if (_ended)
            {
                return 0;
            }

            await StartChunkAsync(cancellation);
        }

        var result = await source.ReadAsync(cancellation);
        var size = (int)Math.Min(Math.Min(result.Buffer.Length, _remaining), buffer.Length);
        if (size == 0)
        {
            // Also a read that gives nothing has to be ended, or the server cannot use the connection again.
            source.AdvanceTo(result.Buffer.Start);
            throw S3Error.IncompleteBody();
        }

        var slice = result.Buffer.Slice(0, size);
        slice.CopyTo(buffer.Span);
        source.AdvanceTo(slice.End);
        signatures?.Append(buffer.Span[..size]);
        _remaining -= size;
        if (_remaining == 0)
        {
            signatures?.EndChunk();
            if (await ReadLineAsync(cancellation) is not "")
            {
                throw S3Error.IncompleteBody();
            }
        }

        return size;
    }

    private async ValueTask StartChunkAsync(CancellationToken cancellation)
    {
        var line = await ReadLineAsync(cancellation) ?? throw S3Error.IncompleteBody();
        var semicolon = line.IndexOf(';', StringComparison.Ordinal);
        var size = semicolon < 0 ? line : line[..semicolon];
        if (!long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _remaining)
            || _remaining < 0)
        {
            throw S3Error.IncompleteBody();
        }

        signatures?.StartChunk(_remaining, semicolon < 0 ? "" : line[(semicolon + 1)..]);
        if (_remaining == 0)
        {
            _ended = true;
            signatures?.EndChunk();
            await ReadTrailersAsync(cancellation);
        }
    }

    private async ValueTask ReadTrailersAsync(CancellationToken cancellation)
    {
        // Some clients send one line end too many here, as the example in the documentation does.
        while (await ReadLineAsync(cancellation) is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.Length > 0 && (colon < 1 || _trailers.Count == MaximumTrailers
                || !_trailers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim())))
            {
                throw MalformedTrailer();
            }
        }

        signatures?.EndTrailers(_trailers);
    }

    public static S3Exception MalformedTrailer() => new(400, "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.");

    /// <returns>A line without its end; null at the end of the body.</returns>
    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var result = await source.ReadAsync(cancellation);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r');
                source.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            source.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted && buffer.IsEmpty)
            {
                return null;
            }

            if (result.IsCompleted || buffer.Length > MaximumLine)
            {
                throw S3Error.IncompleteBody();
            }
        }
    }
}
