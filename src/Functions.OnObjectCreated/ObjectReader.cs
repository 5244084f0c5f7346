using System.Net;
using System.Net.Http.Headers;
using PhotoLambda.S3;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads ranges of one version of an object: what was replaced meanwhile is not read.</summary>
internal sealed class ObjectReader(Buckets buckets)
{
    /// <param name="count">Bytes; the range lies within the object.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since.</exception>
    /// <exception cref="HttpRequestException">The store failed, or the function may not read the object.</exception>
    /// <exception cref="TimeoutException">The store did not answer.</exception>
    public async Task<ObjectRange> ReadAsync(
        ObjectVersion version, long offset, int count, CancellationToken cancellation)
    {
        using var response = await SendAsync(version, HttpMethod.Get, request =>
            request.Headers.Range = new RangeHeaderValue(offset, offset + count - 1), cancellation);
        response.EnsureSuccessStatusCode();
        return new ObjectRange(
            await response.Content.ReadAsByteArrayAsync(cancellation),
            response.Content.Headers.ContentType?.ToString());
    }

    /// <returns>The SHA-256 that the store computed or checked, or null when it has none.</returns>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async Task<byte[]?> Sha256Async(ObjectVersion version, CancellationToken cancellation)
    {
        // A ranged GET carries no checksum of the whole object; HEAD does.
        using var response = await SendAsync(version, HttpMethod.Head, request =>
            request.Headers.Add("x-amz-checksum-mode", "ENABLED"), cancellation);
        response.EnsureSuccessStatusCode();
        // That of an upload in parts is one of the parts' checksums, with their number behind it.
        return response.Headers.TryGetValues("x-amz-checksum-sha256", out var values)
            && values.First() is var text && !text.Contains('-', StringComparison.Ordinal)
            ? Convert.FromBase64String(text)
            : null;
    }

    /// <returns>What is there now; null when nothing is.</returns>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async Task<ObjectVersion?> FindAsync(string bucket, string key, CancellationToken cancellation)
    {
        using var response = await buckets.Of(bucket).HeadAsync(key, DateTimeOffset.MaxValue, cancellation);
        return response is null ? null : new ObjectVersion(
            bucket, key, response.Headers.ETag?.Tag.Trim('"') ?? "", response.Content.Headers.ContentLength ?? 0,
            response.Headers.TryGetValues("x-amz-version-id", out var ids) && ids.First() is var id && id != "null"
                ? id
                : null);
    }

    private async Task<HttpResponseMessage> SendAsync(
        ObjectVersion version, HttpMethod method, Action<HttpRequestMessage> prepare, CancellationToken cancellation)
    {
        void Prepare(HttpRequestMessage request)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version.ETag}\""));
            prepare(request);
        }

        var response = await buckets.Of(version.Bucket).SendAsync(
            method, version.Key, [], Prepare, default, DateTimeOffset.MaxValue, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed)
        {
            response.Dispose();
            throw new ObjectGoneException($"{version.Bucket}/{version.Key} is no longer what it was.");
        }

        return response;
    }
}

/// <param name="ContentType">Of the object, as the store has it.</param>
internal sealed record ObjectRange(ReadOnlyMemory<byte> Bytes, string? ContentType);

/// <summary>There is nothing to read: these bytes are not there any more.</summary>
internal sealed class ObjectGoneException(string message) : Exception(message);
