using System.Net;
using System.Security.Cryptography;
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
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly BucketRetries _retries = new(time ?? TimeProvider.System, breaker);

    public string Bucket => bucket;

    public TimeProvider Time => _time;

    /// <summary>Of the bucket; null where its failures are nobody's business.</summary>
    public BucketBreaker? Breaker => breaker;

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
        var request = new StoreRequest(method, key, deadline)
        {
            Query = query,
            Prepare = prepare,
            LongestAnswer = http.MaxResponseContentBufferSize,
        };
        if (requestTimeout is { } silence)
        {
            request = request with { Silence = silence };
        }

        return SendAsync(method != HttpMethod.Put && method != HttpMethod.Post && body.IsEmpty ? request : request with
        {
            Content = _ => new ReadOnlyMemoryContent(body),
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        }, cancellation);
    }

    /// <summary>
    /// Sends a request, and again after 429, 408, 5xx, a lost connection or too long a silence.
    /// </summary>
    /// <returns>The first answer that another try would not change, or else the last one; the caller's to dispose.
    /// </returns>
    /// <exception cref="HttpRequestException">No try reached the store, or its circuit is open.</exception>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
    public Task<HttpResponseMessage> SendAsync(StoreRequest request, CancellationToken cancellation)
    {
        var address = Address(request.Key, SigV4.CanonicalQuery(request.Query));
        return _retries.RunAsync(request, time => OnceAsync(request, address, time), cancellation);
    }

    /// <returns>What the store says of an object, the caller's to dispose; null when there is none.</returns>
    /// <exception cref="HttpRequestException">The store cannot be reached, or does not say.</exception>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
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
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
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

    private async Task<HttpResponseMessage> OnceAsync(StoreRequest request, Uri address, TryTime time)
    {
        using var message = new HttpRequestMessage(request.Method, address) { Content = request.Content?.Invoke(time) };
        request.Prepare?.Invoke(message);
        _signer.Sign(message, request.ContentHash);
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, time.Token);
        try
        {
            // The length that an answer to HEAD tells of is not its own.
            if (request.Method != HttpMethod.Head && !(request.IsStreamed && response.IsSuccessStatusCode))
            {
                await response.Content.LoadIntoBufferAsync(request.LongestAnswer, time.Token);
                await StoreAnswer.SetTrueStatusAsync(request.Method, response);
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private Uri Address(string key, string query) =>
        new($"{_address}{SigV4.EncodePath(key)}{(query.Length == 0 ? "" : "?")}{query}", AsGiven);
}
