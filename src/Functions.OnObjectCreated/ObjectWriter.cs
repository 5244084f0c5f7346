using System.Net.Http.Headers;
using PhotoLambda.S3;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Puts what is made of originals into a bucket of its own, which tells nobody of its objects.</summary>
internal sealed class ObjectWriter(Buckets buckets, string bucket)
{
    // Signed links are different each time, so only those who share one share a cache.
    private static readonly CacheControlHeaderValue OneDay = new() { Private = true, MaxAge = TimeSpan.FromDays(1) };

    public string Bucket => bucket;

    /// <param name="timeout">Of one try.</param>
    /// <exception cref="HttpRequestException">The store failed, or refused.</exception>
    /// <exception cref="TimeoutException">The store did not answer.</exception>
    public async Task PutAsync(
        string key, string contentType, ReadOnlyMemory<byte> bytes, TimeSpan timeout, CancellationToken cancellation)
    {
        void Prepare(HttpRequestMessage request)
        {
            request.Headers.CacheControl = OneDay;
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await buckets.Of(bucket).SendAsync(
            HttpMethod.Put, key, [], Prepare, bytes, DateTimeOffset.MaxValue, cancellation, timeout);
        response.EnsureSuccessStatusCode();
    }
}
