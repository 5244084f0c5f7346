using System.Net;
using System.Net.Http.Headers;
using PhotoLambda.Aws;
using Polly;
using Polly.Retry;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Reads ranges of one version of an object: what was replaced meanwhile is not read.</summary>
internal sealed class ObjectReader(HttpClient http, AwsEnvironment aws)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly RequestSigner _signer = new(aws.Credentials, aws.Region, "s3");

    // Three more tries within about a second and a half: a batch of events waits for the slowest of its objects.
    private readonly ResiliencePipeline<HttpResponseMessage> _retries =
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>().Handle<TimeoutException>().HandleResult(IsTransient),
            })
            .Build();

    /// <param name="count">Bytes; the range lies within the object.</param>
    /// <exception cref="ObjectGoneException">The object was deleted or replaced since the event.</exception>
    /// <exception cref="HttpRequestException">The store failed, or the function may not read the object.</exception>
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
        var address = new Uri(BucketAddress.Of(aws, item.Bucket), SigV4.EncodePath(item.Key));
        var response = await _retries.ExecuteAsync(async token =>
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{item.ETag}\""));
            prepare(request);
            _signer.Sign(request);
            return await SendOnceAsync(request, token);
        }, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed)
        {
            response.Dispose();
            throw new ObjectGoneException($"{item.Bucket}/{item.Key} is no longer what the event told of.");
        }

        return response;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Timeout);
        try
        {
            return await http.SendAsync(request, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The store did not answer within {Timeout.TotalSeconds} s.");
        }
    }

    private static bool IsTransient(HttpResponseMessage response) => response.StatusCode is
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
}

/// <param name="ContentType">Of the object, as the store has it.</param>
internal sealed record ObjectRange(ReadOnlyMemory<byte> Bytes, string? ContentType);

/// <summary>There is nothing to read: the event is about bytes that are not there any more.</summary>
internal sealed class ObjectGoneException(string message) : Exception(message);
