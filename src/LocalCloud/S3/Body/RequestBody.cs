using System.Buffers;
using System.Globalization;

namespace PhotoLambda.Local.S3;

/// <summary>Receives the body of a verified request and holds it against all that the request says of it.</summary>
internal static class RequestBody
{
    /// <summary>S3's limit for one PUT: 5 GiB.</summary>
    public const long MaximumObject = 5L << 30;

    private const int MaximumDocument = 2 << 20;
    private const int BufferSize = 128 * 1024;

    /// <summary>Streams the body into <paramref name="destination"/>.</summary>
    /// <param name="keep">The checksum to keep; null: the one that the client declares, else CRC64NVME.</param>
    /// <exception cref="S3Exception">Too long, too short, or not what length, digests and signatures say.</exception>
    public static async Task<ReceivedBody> ReceiveAsync(
        S3Request request, Stream destination, ChecksumAlgorithm? keep = null, long limit = MaximumObject,
        bool checksumIsOfBody = true)
    {
        var signature = request.Signature!;
        var length = Length(request);
        if (length > limit)
        {
            throw S3Error.EntityTooLarge(length, limit);
        }

        var declared = checksumIsOfBody ? DeclaredChecksum.Read(request.Header) : null;
        var kept = keep ?? declared?.Algorithm ?? ChecksumAlgorithm.Crc64Nvme;
        using var digest = new BodyDigest([kept, declared?.Algorithm ?? kept], signature.BodySha256);
        using var chain = signature.HasSignedChunks ? new ChunkSignatures(signature) : null;
        var chunked = signature.IsChunked ? new AwsChunkedBody(request.Http.Request.BodyReader, chain) : null;
        var read = chunked is null ? request.Http.Request.Body.ReadAsync : (ReadBytes)chunked.ReadAsync;
        if (await CopyAsync(read, destination, digest, length, request.Aborted) != length)
        {
            throw S3Error.IncompleteBody();
        }

        var body = digest.Finish();
        body.CheckMd5(request.Header("Content-MD5"));
        if (declared is not null)
        {
            body.CheckChecksum(declared.Algorithm, declared.Value ?? Trailer(chunked, declared.Algorithm));
        }

        return body;
    }

    /// <summary>A small body, such as an XML document.</summary>
    /// <param name="checksumIsOfBody">False where the checksum header tells of an object instead.</param>
    public static async Task<byte[]> ReadDocumentAsync(S3Request request, bool checksumIsOfBody = true)
    {
        using var memory = new MemoryStream();
        if (Length(request, 0) > 0)
        {
            await ReceiveAsync(request, memory, null, MaximumDocument, checksumIsOfBody);
        }
        else
        {
            ExpectNone(request);
        }

        return memory.ToArray();
    }

    /// <exception cref="S3Exception">The client signed a body where there is none.</exception>
    public static void ExpectNone(S3Request request)
    {
        using var digest = new BodyDigest([], request.Signature!.BodySha256);
        digest.Finish();
    }

    public delegate ValueTask<int> ReadBytes(Memory<byte> buffer, CancellationToken cancellation);

    /// <returns>How many bytes were copied: at most one buffer more than <paramref name="limit"/>.</returns>
    public static async Task<long> CopyAsync(
        ReadBytes read, Stream destination, BodyDigest digest, long limit, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long copied = 0;
            int size;
            while (copied <= limit && (size = await read(buffer.AsMemory(0, BufferSize), cancellation)) > 0)
            {
                digest.Append(buffer.AsSpan(0, size));
                await destination.WriteAsync(buffer.AsMemory(0, size), cancellation);
                copied += size;
            }

            return copied;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Of the content, without framing.</summary>
    private static long Length(S3Request request, long? whenMissing = null)
    {
        if (!request.Signature!.IsChunked)
        {
            return request.Http.Request.ContentLength ?? whenMissing ?? throw S3Error.MissingContentLength();
        }

        return long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None,
            CultureInfo.InvariantCulture, out var length) ? length : throw S3Error.MissingContentLength();
    }

    private static string Trailer(AwsChunkedBody? body, ChecksumAlgorithm algorithm)
    {
        var value = body?.Trailers.GetValueOrDefault(algorithm.Header()) ?? throw AwsChunkedBody.MalformedTrailer();
        DeclaredChecksum.CheckForm(algorithm, value);
        return value;
    }
}
