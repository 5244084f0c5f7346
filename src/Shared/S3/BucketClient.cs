using System.Net;
using PhotoLambda.Aws;

namespace PhotoLambda.S3;

/// <summary>
/// Requests to one bucket: signed, with a time limit each and a few more tries. Safe for concurrent use.
/// </summary>
internal sealed class BucketClient(
    HttpClient http, AwsEnvironment aws, string bucket, TimeProvider? time = null, BucketBreaker? breaker = null)
{
    // Without it "..", "." and "//" of a key would be taken for steps of a path, and another object be meant.
    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _address = BucketAddress.Of(aws, bucket).AbsoluteUri;
    private readonly RequestSigner _signer = new(aws.Credentials, aws.Region, "s3", time);
    public BucketBreaker? Breaker => breaker;

    private readonly BucketRetries _retries = new(time ?? TimeProvider.System);

    /// <summary>
    /// Sends a request, and again after 429, 408, 5xx, a lost connection or no answer within
    /// <paramref name="requestTimeout"/>. The answer's body is in memory.
    /// </summary>
    /// <param name="key">Of the object, as it is; empty for the bucket itself.</param>
    /// <param name="query">Names and values, not encoded.</param>
    /// <param name="prepare">Sets headers, before each try; PUT and POST have a content for theirs.</param>
    /// <param name="deadline">No try starts or goes on after it.</param>
    /// <param name="requestTimeout">Of one try; 5 seconds when null.</param>
    /// <returns>The first answer that another try would not change, or else the last one; the caller's to dispose.
    /// </returns>
    /// <exception cref="HttpRequestException">No try reached the store.</exception>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string key,
        IEnumerable<KeyValuePair<string, string>> query,
        Action<HttpRequestMessage>? prepare,
        ReadOnlyMemory<byte> body,
        DateTimeOffset deadline,
        CancellationToken cancellation,
        TimeSpan? requestTimeout = null)
    {
        var address = Address(key, SigV4.CanonicalQuery(query));
        return _retries.RunAsync(
            async token =>
            {
                using var request = new HttpRequestMessage(method, address);
                request.Content = method == HttpMethod.Put || method == HttpMethod.Post || !body.IsEmpty
                    ? new ReadOnlyMemoryContent(body)
                    : null;
                prepare?.Invoke(request);
                _signer.Sign(request, body.Span);
                return await http.SendAsync(request, token);
            },
            requestTimeout, deadline, cancellation);
    }

    /// <returns>What the store says of an object, the caller's to dispose; null when there is none.</returns>
    /// <exception cref="HttpRequestException">The store cannot be reached, or does not say.</exception>
    /// <inheritdoc cref="SendAsync" path="/exception[@cref='T:System.TimeoutException']"/>
    public async Task<HttpResponseMessage?> HeadAsync(
        string key, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var response = await SendAsync(HttpMethod.Head, key, [], null, default, deadline, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            return null;
        }

        return response.EnsureSuccessStatusCode();
    }

    /// <summary>Deletes an object; that it is not there is as good.</summary>
    /// <exception cref="HttpRequestException">The store cannot be reached, or refuses.</exception>
    /// <inheritdoc cref="SendAsync" path="/exception[@cref='T:System.TimeoutException']"/>
    public async Task DeleteAsync(string key, DateTimeOffset deadline, CancellationToken cancellation) =>
        await RemoveAsync(key, [], deadline, cancellation);

    /// <summary>Gives up a multipart upload and its parts; that it is not there is as good.</summary>
    /// <inheritdoc cref="DeleteAsync" path="/exception"/>
    public async Task AbortUploadAsync(
        string key, string uploadId, DateTimeOffset deadline, CancellationToken cancellation) =>
        await RemoveAsync(key, [new("uploadId", uploadId)], deadline, cancellation);

    private async Task RemoveAsync(
        string key, KeyValuePair<string, string>[] query, DateTimeOffset deadline, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Delete, key, query, null, default, deadline, cancellation);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
        {
            throw new HttpRequestException(
                $"The store answered {(int)response.StatusCode} to the deletion of {bucket}/{key}.",
                inner: null, response.StatusCode);
        }
    }

    private Uri Address(string key, string query) =>
        new($"{_address}{SigV4.EncodePath(key)}{(query.Length == 0 ? "" : "?")}{query}", AsGiven);
}
