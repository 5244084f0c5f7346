using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Bench;

/// <summary>Stands before the store and counts what is read. Signatures stay good, since the host is kept.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly HttpClient _http;
    private LoopbackServer _server = null!;
    private int _requests;
    private long _bytes;

    private CountingProxy(Uri store) => _http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = store,
    };

    public Uri Address => new(_server.Address);

    /// <summary>GETs: what the function writes is not counted.</summary>
    public int Requests => _requests;

    /// <summary>Of the bodies of answers.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<CountingProxy> StartAsync(Uri store, CancellationToken cancellation)
    {
        var proxy = new CountingProxy(store);
        proxy._server = await LoopbackServer.StartAsync(proxy.ForwardAsync, cancellation);
        return proxy;
    }

    public void Reset() => (_requests, _bytes) = (0, 0);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        var target = $"{http.Request.Path.ToUriComponent()}{http.Request.QueryString}";
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), target);
        request.Content = http.Request.ContentLength > 0 ? new StreamContent(http.Request.Body) : null;
        foreach (var header in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                request.Content?.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        using var answer = await _http.SendAsync(request, http.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
        if (request.Method == HttpMethod.Get)
        {
            Interlocked.Increment(ref _requests);
            Interlocked.Add(ref _bytes, body.Length);
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            http.Response.Headers[header.Key] = header.Value.ToArray();
        }

        // Connections are each side's own.
        http.Response.Headers.Remove("Transfer-Encoding");
        http.Response.Headers.Remove("Connection");
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
