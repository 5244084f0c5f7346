using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Tests;

/// <summary>An issuer's web server on a free port, that counts and can be told what to answer.</summary>
internal sealed class KeySetServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private KeySetServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/keys");

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers each request; 404 unless set.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    public static async Task<KeySetServer> StartAsync(string? body = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new KeySetServer(builder.Build());
        server._app.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return server.Answer(context);
        });
        if (body is not null)
        {
            server.Serve(body);
        }

        await server._app.StartAsync();
        return server;
    }

    public void Serve(string body, string? cacheControl = null) => Answer = context =>
    {
        context.Response.Headers.CacheControl = cacheControl;
        return context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
