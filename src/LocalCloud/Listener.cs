using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PhotoLambda.Local;

/// <summary>
/// A port of 127.0.0.1 and what answers there. It is taken before anything else starts, so that a port in use is the
/// first thing the developer hears of and addresses are known to those who need them.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private RequestDelegate _handle = StartingAsync;

    private Listener(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, port);
            server.AddServerHeader = false;
            // What is too large or too slow is for the services behind it to say, in their own words.
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MinRequestBodyDataRate = null;
            server.Limits.MinResponseDataRate = null;
        });
        _app = builder.Build();
        _app.Run(http => _handle(http));
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <param name="option">The option that names another port, for the message.</param>
    /// <exception cref="LocalCloudException">The port is taken.</exception>
    public static async Task<Listener> StartAsync(int port, string option, CancellationToken cancellation)
    {
        var listener = new Listener(port);
        try
        {
            await listener._app.StartAsync(cancellation);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await listener.DisposeAsync();
            throw new LocalCloudException(
                $"Port {port} is in use. Stop the program that listens there, or choose another port with {option}.",
                e);
        }

        var server = listener._app.Services.GetRequiredService<IServer>();
        listener.Address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return listener;
    }

    /// <summary>From now on requests are answered by this.</summary>
    public void Serve(RequestDelegate handle) => _handle = handle;

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private static Task StartingAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        return http.Response.WriteAsync("The local cloud is starting.\n");
    }
}
