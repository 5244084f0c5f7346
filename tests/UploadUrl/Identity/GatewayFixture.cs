using Microsoft.Extensions.DependencyInjection;
using PhotoLambda.Lambda;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>One API that gets its requests as Lambda events, past an authorizer it trusts or not.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private HttpClient _events = null!;
    private GuardedApi _api = null!;

    internal bool IsTrusting { get; init; } = true;

    internal IdentityClock Clock { get; } = new();

    internal TokenForge Forge { get; private set; } = null!;

    internal FakeRuntimeApi Runtime { get; private set; } = null!;

    internal KeySetServer Issuer { get; private set; } = null!;

    internal BearerTokenOptions Options => GuardedApi.Options(Issuer.Url) with { FromGatewayAuthorizer = IsTrusting };

    public async ValueTask InitializeAsync()
    {
        Forge = new(Clock);
        Runtime = await FakeRuntimeApi.StartAsync();
        _events = Runtime.NewClient();
        Issuer = await KeySetServer.StartAsync(TokenForge.KeySet(Forge.EcKey()));
        _api = await GuardedApi.StartAsync(services => services
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(_events)
            .AddAWSLambdaHosting(LambdaEventSource.HttpApi)
            .AddBearerTokens(Options));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await Issuer.DisposeAsync();
        _events.Dispose();
        await Runtime.DisposeAsync();
    }
}
