using System.Net;
using System.Security.Claims;
using System.Text;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

public class BearerTokenHandlerTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearertoken")]
    public async Task Without_a_token_the_answer_names_the_scheme_and_no_error(string? authorization)
    {
        using var answer = await fixture.Api.SendAsync(authorization, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().ToString());
        Assert.StartsWith("missing_token:", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_case_and_with_more_spaces()
    {
        using var answer = await fixture.Api.SendAsync("bEARER   " + fixture.Forge.Token(), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_refusal_says_what_is_wrong_with_the_request_and_no_more()
    {
        using var answer = await fixture.Api.MeAsync(fixture.Forge.Token(("exp", 0)), Cancel);

        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"The token has expired.\"",
            answer.Headers.WwwAuthenticate.Single().ToString());
    }

    [Fact]
    public async Task Two_tokens_are_refused()
    {
        var request = new StringBuilder("GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        request.Append("Authorization: Bearer ").Append(fixture.Forge.Token()).Append("\r\n");
        request.Append("Authorization: Bearer ").Append(fixture.Forge.Token()).Append("\r\n\r\n");
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync("127.0.0.1", fixture.Api.Client.BaseAddress!.Port, Cancel);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request.ToString()), Cancel);
        using var reader = new StreamReader(connection.GetStream());

        Assert.Contains("401", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_query_is_not_looked_at()
    {
        using var answer = await fixture.Api.SendAsync(null, Cancel, "/me?access_token=" + fixture.Forge.Token());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_scope_that_is_lacking_is_named()
    {
        using var answer = await fixture.Api.MeAsync(fixture.Forge.Token(), Cancel, "/process");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", scope=\"photos:process\"",
            answer.Headers.WwwAuthenticate.Single().ToString());
        Assert.Equal(
            "insufficient_scope: The token lacks the scope photos:process.",
            await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task The_scope_of_the_processor_lets_it_process()
    {
        using var answer = await fixture.Api.MeAsync(
            fixture.Forge.Token(("scope", "photos:process")), Cancel, "/process");

        Assert.Equal("processed", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("photos:processing")]
    [InlineData("Photos:Process")]
    [InlineData("photos:*")]
    [InlineData("photos")]
    public async Task A_scope_that_only_looks_like_it_does_not(string scope)
    {
        using var answer = await fixture.Api.MeAsync(fixture.Forge.Token(("scope", scope)), Cancel, "/process");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_bad_token_does_not_close_a_route_that_is_open()
    {
        using var answer = await fixture.Api.MeAsync("nonsense", Cancel, "/open");

        Assert.Equal("open", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_secret_admits_HS256_with_that_secret_alone()
    {
        var options = GuardedApi.Options(fixture.Keys.Url) with { Secret = TokenForge.Secret, OnRefused = null };
        await using var api = await GuardedApi.StartAsync(options, fixture.Clock);
        var header = """{"alg":"HS256"}""";

        using var good = await api.MeAsync(fixture.Forge.Under(header, "HS256"), Cancel);
        using var published = await api.MeAsync(fixture.Forge.Under(header, "HS256-public-key"), Cancel);
        using var empty = await api.MeAsync(fixture.Forge.Under(header, "HS256-empty"), Cancel);
        using var asymmetric = await api.MeAsync(fixture.Forge.Token(), Cancel);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            [good.StatusCode, published.StatusCode, empty.StatusCode, asymmetric.StatusCode]);
    }

    [Fact]
    public async Task The_names_of_the_claims_are_settings()
    {
        var options = GuardedApi.Options(fixture.Keys.Url) with
        {
            SubjectClaim = "uid",
            OrganizationClaim = "https://claims.test/tenant",
            ScopeClaim = "scp",
        };
        await using var api = await GuardedApi.StartAsync(options, fixture.Clock);

        using var answer = await api.MeAsync(
            fixture.Forge.Token(("uid", "u"), ("https://claims.test/tenant", "t"), ("scp", "s")), Cancel);
        using var refused = await api.MeAsync(fixture.Forge.Token(), Cancel);

        Assert.Equal("u t s", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("missing_claim: The token lacks the claim uid.", await refused.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public void The_principal_of_another_handler_is_understood()
    {
        var claims = new[] { new Claim("sub", "u"), new Claim("org_id", "o"), new Claim("scope", "a b") };

        var caller = Caller.From(new(new ClaimsIdentity(claims, "JwtBearer")))!;

        Assert.Equal(("u", "o", "a,b"), (caller.Subject, caller.OrganizationId, string.Join(',', caller.Scopes)));
        Assert.Null(Caller.From(new(new ClaimsIdentity(claims))));
        Assert.Null(Caller.From(new(new ClaimsIdentity(claims[..1], "JwtBearer"))));
    }

    [Theory]
    [InlineData("PHOTOLAMBDA_JWT_ISSUER", "", "PHOTOLAMBDA_JWT_ISSUER")]
    [InlineData("PHOTOLAMBDA_JWT_ISSUER", "http://issuer.test", null)]
    [InlineData("PHOTOLAMBDA_JWT_AUDIENCE", " , ", "PHOTOLAMBDA_JWT_AUDIENCE")]
    [InlineData("PHOTOLAMBDA_JWKS_URL", "nonsense", "PHOTOLAMBDA_JWKS_URL")]
    [InlineData("PHOTOLAMBDA_JWKS_URL", "http://issuer.test/keys", "PHOTOLAMBDA_JWKS_URL")]
    [InlineData("PHOTOLAMBDA_JWKS_URL", "ftp://127.0.0.1/keys", "PHOTOLAMBDA_JWKS_URL")]
    [InlineData("PHOTOLAMBDA_JWKS_URL", "http://127.0.0.1:1/keys", null)]
    [InlineData("PHOTOLAMBDA_JWKS_URL", "", null)]
    [InlineData("PHOTOLAMBDA_JWT_SECRET", "too short", "PHOTOLAMBDA_JWT_SECRET")]
    [InlineData("PHOTOLAMBDA_JWT_SUBJECT_CLAIM", "a\"b", "_CLAIM")]
    [InlineData("PHOTOLAMBDA_JWT_AUTHORIZER", "lambda", "PHOTOLAMBDA_JWT_AUTHORIZER")]
    [InlineData("PHOTOLAMBDA_JWT_AUTHORIZER", "APIGateway", "PHOTOLAMBDA_JWT_AUTHORIZER")]
    [InlineData("PHOTOLAMBDA_JWT_AUTHORIZER", "true", "PHOTOLAMBDA_JWT_AUTHORIZER")]
    [InlineData("PHOTOLAMBDA_JWT_AUTHORIZER", "apigateway", null)]
    [InlineData("PHOTOLAMBDA_JWT_AUTHORIZER", "", null)]
    public void A_setting_that_cannot_be_is_named(string name, string value, string? named)
    {
        var settings = new Dictionary<string, string?>
        {
            ["PHOTOLAMBDA_JWT_ISSUER"] = TokenForge.Issuer,
            ["PHOTOLAMBDA_JWT_AUDIENCE"] = "a, b",
            ["PHOTOLAMBDA_JWKS_URL"] = name == "PHOTOLAMBDA_JWT_ISSUER" ? "https://issuer.test/keys" : null,
            [name] = value,
        };
        if (named is null)
        {
            var options = BearerTokenOptions.Read(settings.GetValueOrDefault);
            Assert.Equal(["a", "b"], options.Audiences);
            Assert.Equal(value == "apigateway", options.FromGatewayAuthorizer);
            return;
        }

        var refused = Assert.Throws<SettingException>(
            () => BearerTokenOptions.Read(settings.GetValueOrDefault));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_issuer_that_cannot_be_asked_needs_the_address_of_its_keys()
    {
        var options = GuardedApi.Options(null) with { Issuer = "photolambda-team" };

        var refused = Assert.Throws<SettingException>(options.Validated);

        Assert.Contains("set PHOTOLAMBDA_JWKS_URL", refused.Message, StringComparison.Ordinal);
    }
}
