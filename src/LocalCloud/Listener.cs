using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local;

/// <summary>
/// A port of 127.0.0.1 and what answers there. It is taken before anything else starts, so that a port in use is the
/// first thing the developer hears of and addresses are known to those who need them.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private RequestDelegate _handle = StartingAsync;
    private LoopbackServer? _server;

    public Uri Address => new(_server!.Address);

    /// <param name="port">0: any free one.</param>
    /// <param name="option">The option that names another port, for the message.</param>
    /// <exception cref="LocalCloudException">The port is taken.</exception>
    public static async Task<Listener> StartAsync(int port, string option, CancellationToken cancellation)
    {
        var listener = new Listener();
        try
        {
            listener._server = await LoopbackServer.StartAsync(listener.HandleAsync, cancellation, port);
            return listener;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new LocalCloudException(
                $"Port {port} is in use. Stop the program that listens there, or choose another port with {option}.",
                e);
        }
        catch (SocketException e)
        {
            throw new LocalCloudException(
                $"Port {port} cannot be opened: {e.Message}. Choose another port with {option}.", e);
        }
    }

    /// <summary>From now on requests are answered by this.</summary>
    public void Serve(RequestDelegate handle) => _handle = handle;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            await _handle(http);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            // The boundary of a request: a defect of the local cloud is for the developer to see.
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await http.Response.WriteAsync($"The local cloud failed: {e}\n");
        }
    }

    private static Task StartingAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        return http.Response.WriteAsync("The local cloud is starting.\n");
    }
}
