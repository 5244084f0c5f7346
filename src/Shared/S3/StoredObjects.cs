using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace PhotoLambda.S3;

/// <summary>Objects written and read as streams. Safe for concurrent use.</summary>
/// <param name="mostInOnePut">Bytes; what has more, and what cannot be read twice, goes in parts.</param>
/// <exception cref="StoreUnavailableException">Of every call: retries did not help, or the circuit is open.</exception>
/// <exception cref="StoreRefusedException">Of every call: the store will not.</exception>
internal sealed class StoredObjects(Buckets buckets, long mostInOnePut = 100 * 1024 * 1024)
{
    private const int Piece = 64 * 1024;

    /// <summary>Stores a content under a key that nothing has. What fails leaves nothing behind.</summary>
    /// <param name="content">Is read from where it stands, and stays open.</param>
    /// <param name="mostBytes">More are refused.</param>
    /// <param name="deadline">No request starts or goes on after it.</param>
    /// <exception cref="ObjectExistsException">Something has the key.</exception>
    /// <exception cref="ObjectTooLargeException">The content has more than <paramref name="mostBytes"/>.</exception>
    /// <exception cref="EmptyObjectException">The content has none.</exception>
    public async Task<NewObject> PutNewAsync(
        string bucket, string key, string contentType, Stream content, long mostBytes, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var requests = new KeyRequests(buckets.Of(bucket), key, deadline);
        var length = content.CanSeek ? content.Length - content.Position : mostBytes;
        if (length > mostBytes)
        {
            throw new ObjectTooLargeException(mostBytes);
        }

        if (content.CanSeek && length <= mostInOnePut)
        {
            var start = content.Position;
            var (size, sha256) = await HashAsync(content, cancellation);
            return await PutAsync(requests, contentType, content, start, size, sha256, cancellation);
        }

        using var parts = new ContentParts(content, mostBytes);
        var first = await parts.ReadAsync(cancellation);
        if (!parts.IsEnded)
        {
            return await new PartedPut(requests, contentType).RunAsync(parts, first, cancellation);
        }

        using (first)
        {
            return await PutAsync(
                requests, contentType, first.Open(), 0, parts.Size, parts.Hash(), cancellation);
        }
    }

    /// <summary>Opens an object, or a range of it; what has not come yet when the connection breaks is asked for again.
    /// </summary>
    /// <param name="etag">Without quotes; null: whatever is there.</param>
    /// <param name="offset">Bytes before the range.</param>
    /// <param name="count">At most so many, at least 1; null: to the end.</param>
    /// <param name="deadline">Also of the reading.</param>
    /// <exception cref="ObjectMissingException">There is no such object.</exception>
    /// <exception cref="ObjectChangedException">It has another ETag.</exception>
    public async Task<ObjectContent> OpenAsync(
        string bucket, string key, string? etag, long offset, long? count, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count ?? 1, 1, nameof(count));
        var requests = new KeyRequests(buckets.Of(bucket), key, deadline);
        return await ObjectContent.OpenAsync(requests, etag, offset, count, cancellation);
    }

    private static async Task<NewObject> PutAsync(
        KeyRequests key, string contentType, Stream content, long start, long size, byte[] sha256,
        CancellationToken cancellation)
    {
        if (size == 0)
        {
            throw new EmptyObjectException();
        }

        var tries = 0;
        var checksum = Convert.ToBase64String(sha256);
        var request = key.New(HttpMethod.Put) with
        {
            Content = time => new SourceContent(content, start, size, time)
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) },
            },
            ContentHash = Convert.ToHexStringLower(sha256),
            Prepare = request =>
            {
                tries++;
                request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                request.Headers.TryAddWithoutValidation("x-amz-checksum-sha256", checksum);
                // What is refused anyhow is not sent first.
                request.Headers.ExpectContinue = size > ContentParts.PartSize;
            },
            RetriesConflicts = true,
        };
        using var response = await SendAsync(key, request, cancellation);
        if (response.IsSuccessStatusCode && KeyRequests.ETagOf(response) is { } etag)
        {
            return new NewObject(etag, KeyRequests.VersionOf(response), size, sha256);
        }

        return response.StatusCode switch
        {
            HttpStatusCode.PreconditionFailed when tries == 1 => throw key.Exists(),
            HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict =>
                await key.FindOursAsync(size, checksum, sha256, cancellation),
            _ => null,
        } ?? throw await key.UnexpectedAsync("the upload", response);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        KeyRequests key, StoreRequest request, CancellationToken cancellation)
    {
        try
        {
            return await key.SendAsync(request, cancellation);
        }
        catch (SourceException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private static async Task<(long Size, byte[] Sha256)> HashAsync(Stream content, CancellationToken cancellation)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var size = 0L;
            for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0; size += read)
            {
                sha256.AppendData(buffer, 0, read);
            }

            return (size, sha256.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <param name="ETag">Without quotes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the whole content.</param>
internal sealed record NewObject(string ETag, string? VersionId, long Size, byte[] Sha256);
