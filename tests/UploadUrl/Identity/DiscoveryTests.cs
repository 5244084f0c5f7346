using System.Net;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>Without an address for its keys, the issuer is asked where they are.</summary>
public sealed class DiscoveryTests : IAsyncLifetime
{
    private readonly IdentityClock _clock = new();
    private readonly TokenForge _forge;
    private KeySetServer _issuer = null!;

    public DiscoveryTests() => _forge = new(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Issuer => _issuer.Url.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync() => _issuer = await KeySetServer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task The_keys_are_found_where_the_issuer_says()
    {
        Serve($$"""{"issuer":"{{Issuer}}","jwks_uri":"{{_issuer.Url}}"}""");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        Assert.Equal(2, _issuer.Requests);
    }

    [Theory]
    [InlineData("""{"issuer":"https://evil.test","jwks_uri":"URL"}""")]
    [InlineData("""{"issuer":"ISSUER/","jwks_uri":"URL"}""")]
    [InlineData("""{"jwks_uri":"URL"}""")]
    [InlineData("""{"issuer":"ISSUER"}""")]
    [InlineData("""{"issuer":"ISSUER","jwks_uri":"/keys"}""")]
    [InlineData("""{"issuer":"ISSUER","jwks_uri":"http://issuer.test/keys"}""")]
    [InlineData("""{"issuer":"ISSUER","jwks_uri":"file:///keys"}""")]
    [InlineData("""{"issuer":"ISSUER","jwks_uri":["URL"]}""")]
    [InlineData("nothing")]
    public async Task A_document_that_is_not_the_issuers_is_not_believed(string document)
    {
        Serve(document.Replace("ISSUER", Issuer, StringComparison.Ordinal)
            .Replace("URL", _issuer.Url.ToString(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync());
        Assert.Equal(1, _issuer.Requests);
    }

    private void Serve(string document) => _issuer.Answer = context => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => context.Response.WriteAsync(document),
        "/keys" => context.Response.WriteAsync(TokenForge.KeySet(_forge.EcKey())),
        _ => throw new InvalidOperationException("Unexpected request: " + context.Request.Path),
    };

    private async Task<HttpStatusCode> StatusAsync()
    {
        await using var api = await GuardedApi.StartAsync(GuardedApi.Options(null) with { Issuer = Issuer }, _clock);
        using var answer = await api.MeAsync(_forge.Token(("iss", Issuer)), Cancel);
        return answer.StatusCode;
    }
}
