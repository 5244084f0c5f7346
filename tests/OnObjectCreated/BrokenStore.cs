using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Tests;

/// <summary>Something that answers at S3's address, as the test says.</summary>
internal sealed class BrokenStore(WebApplication app) : IAsyncDisposable
{
    private int _requests;

    public string Address => app.Urls.First();

    public int Requests => _requests;

    public static Task<BrokenStore> StartAsync(int status) => StartAsync(http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public static async Task<BrokenStore> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var store = new BrokenStore(app);
        app.Run(http =>
        {
            Interlocked.Increment(ref store._requests);
            return answer(http);
        });
        await app.StartAsync();
        return store;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
