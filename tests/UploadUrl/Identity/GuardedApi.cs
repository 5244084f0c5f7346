using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>An API on a free port whose routes ask for a token.</summary>
internal sealed class GuardedApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lazy<HttpClient> _client;

    private GuardedApi(WebApplication app)
    {
        _app = app;
        // One that gets its requests as events has no address.
        _client = new(() => new() { BaseAddress = new(app.Urls.First()) });
    }

    public HttpClient Client => _client.Value;

    public static BearerTokenOptions Options(Uri? keys) => new()
    {
        Issuer = TokenForge.Issuer,
        Audiences = [TokenForge.Audience, "another"],
        JwksUrl = keys,
        OnRefused = (context, refusal) => context.Response.WriteAsync($"{refusal.Code}: {refusal.Detail}"),
    };

    public static Task<GuardedApi> StartAsync(BearerTokenOptions options, TimeProvider clock) =>
        StartAsync(services => services.AddSingleton(clock).AddBearerTokens(options));

    /// <param name="add">Adds the authentication and the policies.</param>
    public static async Task<GuardedApi> StartAsync(Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = 1 << 20);
        add(builder.Services);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/me", async (HttpContext context) =>
        {
            var caller = await Caller.BindAsync(context);
            var scopes = string.Join(',', caller.Scopes.Order(StringComparer.Ordinal));
            await context.Response.WriteAsync($"{caller.Subject} {caller.OrganizationId} {scopes}");
        }).RequireAuthorization();
        app.MapGet("/process", () => "processed").RequireAuthorization(Scopes.ProcessPhotos);
        app.MapGet("/open", () => "open");
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Asks who the bearer of this token is.</summary>
    public Task<HttpResponseMessage> MeAsync(string? token, CancellationToken cancellationToken, string path = "/me") =>
        SendAsync(token is null ? null : "Bearer " + token, cancellationToken, path);

    public async Task<HttpResponseMessage> SendAsync(
        string? authorization, CancellationToken cancellationToken, string path = "/me")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await Client.SendAsync(request, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            Client.Dispose();
        }

        return _app.DisposeAsync();
    }
}
