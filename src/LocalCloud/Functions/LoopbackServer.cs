using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// Kestrel on a port of 127.0.0.1, and nothing around it: a host would also listen to signals and read the
/// settings of whoever runs the local cloud.
/// </summary>
internal sealed class LoopbackServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly RequestDelegate _handle;
    private readonly KestrelServer _server;

    private LoopbackServer(RequestDelegate handle, int port)
    {
        _handle = handle;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, port);
        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>As <c>http://127.0.0.1:port</c>, without a slash at the end.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="port">0: any free one.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LoopbackServer> StartAsync(
        RequestDelegate handle, CancellationToken cancellation, int port = 0)
    {
        var server = new LoopbackServer(handle, port);
        try
        {
            await server._server.StartAsync(server, cancellation);
            return server;
        }
        catch
        {
            server._server.Dispose();
            throw;
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await _handle(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone, and with it the only one who could read an answer.
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <summary>Cuts what is still open: a function asking for its next event would keep it open for ever.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }
}
