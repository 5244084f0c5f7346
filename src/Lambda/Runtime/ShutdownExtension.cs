using System.Net.Http.Headers;

namespace PhotoLambda.Lambda;

/// <summary>
/// Lambda sends SIGTERM before it stops a sandbox only if an extension is registered, else it kills at once. An
/// internal extension that asks for no events is enough, and gives about half a second to close connections.
/// <see href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html"/>
/// </summary>
internal sealed class ShutdownExtension(HttpMessageInvoker client, Uri address)
{
    private const string Name = "photolambda";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Registers; has to be called before the first event is asked for. A host without extensions, as all local
    /// ones but the emulator are, is as good: nothing but the signal is missed.
    /// </summary>
    /// <returns>Whether the host took it.</returns>
    public async Task<bool> RegisterAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var request = NewRequest(HttpMethod.Post, "register", "Lambda-Extension-Name", Name);
            request.Content = new ByteArrayContent("""{"events":[]}"""u8.ToArray())
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
            using var response = await client.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode
                || !response.Headers.TryGetValues("Lambda-Extension-Identifier", out var identifiers))
            {
                return false;
            }

            _ = WaitForNothingAsync(identifiers.First(), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The initialization ends only with this request; as no events were asked for, it stays open.</summary>
    private async Task WaitForNothingAsync(string identifier, CancellationToken cancellationToken)
    {
        try
        {
            using var request = NewRequest(HttpMethod.Get, "event/next", "Lambda-Extension-Identifier", identifier);
            using var response = await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // The host went away, or we do.
        }
    }

    private HttpRequestMessage NewRequest(HttpMethod method, string path, string header, string value)
    {
        var request = new HttpRequestMessage(method, new Uri(address, $"/2020-01-01/extension/{path}"));
        request.Headers.TryAddWithoutValidation("User-Agent", RuntimeApiClient.UserAgent);
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }
}
