using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>The scheme "Bearer" by someone else, as a package would add it.</summary>
public class OtherHandlerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_handler_of_the_scheme_says_who_calls()
    {
        await using var api = await StartAsync();

        using var me = await api.MeAsync("u o photos:read+photos:process", Cancel);
        using var may = await api.MeAsync("u o photos:process", Cancel, "/process");
        using var may2 = await api.MeAsync("u o photos:read", Cancel, "/process");
        using var refused = await api.MeAsync(new TokenForge(TimeProvider.System).Token(), Cancel);
        using var none = await api.MeAsync(null, Cancel);

        Assert.Equal("u o photos:process,photos:read", await me.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized],
            [may.StatusCode, may2.StatusCode, refused.StatusCode, none.StatusCode]);
    }

    private static Task<GuardedApi> StartAsync() => GuardedApi.StartAsync(services => services
        .AddScopePolicies()
        .AddAuthentication(BearerTokens.Scheme)
        .AddScheme<AuthenticationSchemeOptions, PlainHandler>(BearerTokens.Scheme, null));

    /// <summary>Takes the token for subject, organization and scopes.</summary>
    private sealed class PlainHandler(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var words = Request.Headers.Authorization.ToString().Split(' ');
            if (words is not ["Bearer", var subject, var owner, var scopes])
            {
                return Task.FromResult(AuthenticateResult.Fail("no"));
            }

            var claims = new[]
            {
                new Claim("sub", subject), new Claim("org_id", owner), new Claim("scope", scopes.Replace('+', ' ')),
            };
            return Task.FromResult(AuthenticateResult.Success(
                new(new(new ClaimsIdentity(claims, Scheme.Name)), Scheme.Name)));
        }
    }
}
