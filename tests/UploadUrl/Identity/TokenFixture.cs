namespace PhotoLambda.Tests;

/// <summary>One API with its issuer, for tests that only send tokens to it.</summary>
public sealed class TokenFixture : IAsyncLifetime
{
    internal IdentityClock Clock { get; } = new();

    internal TokenForge Forge { get; private set; } = null!;

    internal KeySetServer Keys { get; private set; } = null!;

    internal GuardedApi Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Forge = new(Clock);
        Keys = await KeySetServer.StartAsync(Forge.KeySet());
        Api = await GuardedApi.StartAsync(GuardedApi.Options(Keys.Url), Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Keys.DisposeAsync();
    }
}
