using System.Net;
using System.Net.Http.Headers;
using PhotoLambda.S3;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads ranges of one version of an object: what was replaced meanwhile is not read.</summary>
internal sealed class ObjectReader(Buckets buckets)
{
    /// <param name="count">Bytes; the range lies within the object.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since the event.</exception>
    /// <exception cref="HttpRequestException">The store failed, or the function may not read the object.</exception>
    /// <exception cref="TimeoutException">The store did not answer.</exception>
    public async Task<ObjectRange> ReadAsync(ObjectEvent item, long offset, int count, CancellationToken cancellation)
    {
        using var response = await SendAsync(item, HttpMethod.Get, request =>
            request.Headers.Range = new RangeHeaderValue(offset, offset + count - 1), cancellation);
        response.EnsureSuccessStatusCode();
        return new ObjectRange(
            await response.Content.ReadAsByteArrayAsync(cancellation),
            response.Content.Headers.ContentType?.ToString());
    }

    /// <returns>The SHA-256 that the store computed or checked, or null when it has none.</returns>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async Task<byte[]?> Sha256Async(ObjectEvent item, CancellationToken cancellation)
    {
        // A ranged GET carries no checksum of the whole object; HEAD does.
        using var response = await SendAsync(item, HttpMethod.Head, request =>
            request.Headers.Add("x-amz-checksum-mode", "ENABLED"), cancellation);
        response.EnsureSuccessStatusCode();
        return response.Headers.TryGetValues("x-amz-checksum-sha256", out var values)
            ? Convert.FromBase64String(values.First())
            : null;
    }

    private async Task<HttpResponseMessage> SendAsync(
        ObjectEvent item, HttpMethod method, Action<HttpRequestMessage> prepare, CancellationToken cancellation)
    {
        void Prepare(HttpRequestMessage request)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{item.ETag}\""));
            prepare(request);
        }

        var response = await buckets.Of(item.Bucket).SendAsync(
            method, item.Key, [], Prepare, default, DateTimeOffset.MaxValue, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed)
        {
            response.Dispose();
            throw new ObjectGoneException($"{item.Bucket}/{item.Key} is no longer what the event told of.");
        }

        return response;
    }
}

/// <param name="ContentType">Of the object, as the store has it.</param>
internal sealed record ObjectRange(ReadOnlyMemory<byte> Bytes, string? ContentType);

/// <summary>There is nothing to read: the event is about bytes that are not there any more.</summary>
internal sealed class ObjectGoneException(string message) : Exception(message);
