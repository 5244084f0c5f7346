using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace PhotoLambda.S3;

/// <summary>Objects written and read as streams. Safe for concurrent use.</summary>
internal sealed class StoredObjects(Buckets buckets)
{
    public async Task<NewObject> PutNewAsync(
        string bucket, string key, string contentType, Stream content, long mostBytes, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancellation);
        if (all.Length == 0)
        {
            throw new EmptyObjectException();
        }

        if (all.Length > mostBytes)
        {
            throw new ObjectTooLargeException(mostBytes);
        }

        using var response = await buckets.Of(bucket).SendAsync(HttpMethod.Put, key, [], request =>
        {
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }, all.ToArray(), deadline, cancellation, TimeSpan.FromSeconds(30));
        if (response.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw new ObjectExistsException($"{bucket}/{key} exists.");
        }

        response.EnsureSuccessStatusCode();
        return new NewObject(
            response.Headers.ETag!.Tag.Trim('"'), null, all.Length, SHA256.HashData(all.ToArray()));
    }

    public async Task<ObjectContent> OpenAsync(
        string bucket, string key, string? etag, long offset, long? count, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        using var response = await buckets.Of(bucket).SendAsync(HttpMethod.Get, key, [], request =>
        {
            request.Headers.Range = offset == 0 && count is null
                ? null
                : new RangeHeaderValue(offset, count is null ? null : offset + count - 1);
        }, default, deadline, cancellation, TimeSpan.FromSeconds(30));
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new ObjectMissingException($"There is no {bucket}/{key}.");
        }

        response.EnsureSuccessStatusCode();
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        return new ObjectContent(new MemoryStream(bytes))
        {
            TotalLength = response.Content.Headers.ContentRange?.Length ?? bytes.Length,
            ContentType = response.Content.Headers.ContentType?.ToString(),
            ETag = etag ?? response.Headers.ETag!.Tag.Trim('"'),
        };
    }
}

/// <param name="ETag">Without quotes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the whole content.</param>
internal sealed record NewObject(string ETag, string? VersionId, long Size, byte[] Sha256);
