using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PhotoLambda.Lambda;

/// <summary>
/// The requests of the Lambda Runtime API.
/// <see href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"/>
/// </summary>
/// <param name="address">The root of the API.</param>
internal sealed class RuntimeApiClient(HttpMessageInvoker client, Uri address, LambdaLog log)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");
    private static readonly string Version =
        typeof(RuntimeApiClient).Assembly.GetName().Version?.ToString(3) ?? "0";

    private readonly Uri _next = new(address, "2018-06-01/runtime/invocation/next");
    private readonly Uri _initError = new(address, "2018-06-01/runtime/init/error");

    /// <summary>Every request names the runtime; Lambda counts runtimes by it.</summary>
    public static string UserAgent { get; } = $"aws-lambda-custom/{Version}";

    /// <summary>Waits for the next event, however long that takes.</summary>
    /// <returns>Null when cancelled.</returns>
    /// <exception cref="RuntimeApiException">The API sent anything but an event.</exception>
    public async Task<(InvocationHeaders Headers, byte[] Payload)?> NextAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var request = NewRequest(HttpMethod.Get, _next);
                using var response = await client.SendAsync(request, cancellationToken);
                var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                return response.StatusCode is HttpStatusCode.OK
                    ? (InvocationHeaders.Read(response.Headers), body)
                    : throw new RuntimeApiException("next", response.StatusCode, Excerpt(body));
            }
            catch (OperationCanceledException)
            {
                // Either we are to stop, or a client that was handed in has a timeout: then there was no event.
            }
        }

        return null;
    }

    /// <returns>Whether the API took the response; if not, it is logged and the function goes on.</returns>
    /// <exception cref="RuntimeApiException">The API failed, and the process is to end.</exception>
    public Task<bool> RespondAsync(string requestId, ReadOnlyMemory<byte> payload)
    {
        var request = NewRequest(HttpMethod.Post, ForInvocation(requestId, "response"));
        request.Content = new ReadOnlyMemoryContent(payload) { Headers = { ContentType = Json } };
        return SendAsync("response", request);
    }

    public Task<bool> FailAsync(string requestId, Exception exception)
    {
        var request = NewErrorRequest(ForInvocation(requestId, "error"), exception);
        if (XRayCause.Describe(exception) is { } cause)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-XRay-Error-Cause", cause);
        }

        return SendAsync("error", request);
    }

    /// <summary>Tells why the function cannot start.</summary>
    public Task<bool> FailInitAsync(Exception exception) =>
        SendAsync("init/error", NewErrorRequest(_initError, exception));

    private Uri ForInvocation(string requestId, string path) => new(_next, $"{Uri.EscapeDataString(requestId)}/{path}");

    private static HttpRequestMessage NewRequest(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return request;
    }

    private static HttpRequestMessage NewErrorRequest(Uri address, Exception exception)
    {
        var request = NewRequest(HttpMethod.Post, address);
        request.Content = new ByteArrayContent(ErrorPayload.Write(exception)) { Headers = { ContentType = ErrorJson } };
        request.Headers.TryAddWithoutValidation(
            "Lambda-Runtime-Function-Error-Type", ErrorPayload.TypeForHeader(exception));
        return request;
    }

    private async Task<bool> SendAsync(string name, HttpRequestMessage request)
    {
        using (request)
        using (var response = await client.SendAsync(request, CancellationToken.None))
        {
            if (response.StatusCode is HttpStatusCode.Accepted)
            {
                return true;
            }

            var body = Excerpt(await response.Content.ReadAsByteArrayAsync());
            var failure = new RuntimeApiException(name, response.StatusCode, body);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                throw failure;
            }

            log.Error(failure.Message);
            return false;
        }
    }

    private static string Excerpt(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 500));
}
