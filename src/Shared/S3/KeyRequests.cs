using System.Net;
using System.Net.Http.Headers;

namespace PhotoLambda.S3;

/// <summary>Requests about one object, tried for as long as whoever stores or reads a file will wait.</summary>
/// <param name="deadline">No try starts or goes on after it.</param>
internal sealed class KeyRequests(BucketClient client, string key, DateTimeOffset deadline)
{
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public BucketClient Client => client;

    public DateTimeOffset Deadline => deadline;

    /// <summary>For messages.</summary>
    public string Name => $"{client.Bucket}/{key}";

    public StoreRequest New(HttpMethod method) =>
        new(method, key, deadline) { FirstDelay = FirstDelay, Silence = Silence };

    /// <returns>An answer that another try would not change, the caller's to dispose.</returns>
    /// <exception cref="StoreUnavailableException">There is none.</exception>
    public async Task<HttpResponseMessage> SendAsync(StoreRequest request, CancellationToken cancellation)
    {
        try
        {
            var response = await client.SendAsync(request, cancellation);
            if (!BucketBreaker.IsFault(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                var answer = await StoreAnswer.ReadAsync(response, cancellation);
                throw Unavailable($"The store answered {$"{(int)answer.Status} {answer.Code}".TrimEnd()}.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw Unavailable(e.Message, e);
        }
    }

    public StoreUnavailableException Unavailable(string message, Exception? inner = null) => new(
        $"{Name} cannot be reached now. {message}", inner,
        (inner as CircuitOpenException)?.Wait ?? client.Breaker?.Wait);

    /// <returns>For an answer that nothing can be made of.</returns>
    public async Task<Exception> UnexpectedAsync(string request, HttpResponseMessage response)
    {
        var answer = await StoreAnswer.ReadAsync(response, CancellationToken.None);
        return answer.Unexpected($"{request} of {Name}");
    }

    public ObjectExistsException Exists() => new($"{Name} exists already.");

    /// <summary>Finds out whether what has the key is what was sent, when the answer to that was lost.</summary>
    /// <param name="checksum">As the store has it: base64, and for parts their number behind it.</param>
    /// <returns>Null when nothing has the key.</returns>
    /// <exception cref="ObjectExistsException">Something else has it.</exception>
    public async Task<NewObject?> FindOursAsync(
        long size, string checksum, byte[] sha256, CancellationToken cancellation)
    {
        using var head = await SendAsync(New(HttpMethod.Head) with
        {
            Prepare = request => request.Headers.TryAddWithoutValidation("x-amz-checksum-mode", "ENABLED"),
        }, cancellation);
        if (head.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (!head.IsSuccessStatusCode)
        {
            throw await UnexpectedAsync("a request for the head", head);
        }

        var isOurs = head.Content.Headers.ContentLength == size
            && Header(head.Headers, "x-amz-checksum-sha256") == checksum;
        return isOurs && ETagOf(head) is { } etag
            ? new NewObject(etag, VersionOf(head), size, sha256)
            : throw Exists();
    }

    /// <returns>Without quotes; null where there is none.</returns>
    public static string? ETagOf(HttpResponseMessage response) => response.Headers.ETag?.Tag.Trim('"');

    /// <returns>Null in a bucket without versions.</returns>
    public static string? VersionOf(HttpResponseMessage response) =>
        Header(response.Headers, "x-amz-version-id") is { } id && id != "null" ? id : null;

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
