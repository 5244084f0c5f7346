using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>A collector that takes OTLP over HTTP in protobuf and nothing else.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _requests = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private BrokenStore? _server;

    public string Endpoint => _server!.Address;

    public IReadOnlyList<OtlpSpan> Spans => [.. _requests.SelectMany(OtlpSpan.ReadAll)];

    /// <summary>Everything that was sent, for a search.</summary>
    public string Text => string.Concat(_requests.Select(Encoding.UTF8.GetString));

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        receiver._server = await BrokenStore.StartAsync(receiver.TakeAsync);
        return receiver;
    }

    public async Task<OtlpSpan> SpanAsync(Func<OtlpSpan, bool> which)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!Spans.Any(which))
        {
            Assert.False(limit.IsCancellationRequested, "There were only:\n" + string.Join('\n', Spans));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return Spans.First(which);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Assert.Empty(_unexpected);
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _requests.Enqueue(body.ToArray());
        if (http.Request is not { Method: "POST", Path.Value: "/v1/traces", ContentType: "application/x-protobuf" })
        {
            _unexpected.Enqueue($"{http.Request.Method} {http.Request.Path} {http.Request.ContentType}");
        }
    }
}
