using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PhotoLambda.Local;
using PhotoLambda.Local.Identity;

namespace PhotoLambda.Tests;

public sealed class LocalIssuerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly IdentityClock _clock = new();
    private readonly List<string> _organizations = [];
    private readonly HttpClient _http = new();
    private WebApplication _cloud = null!;
    private LocalIssuer _issuer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri IssuerUrl => new(_cloud.Urls.First() + "/_local/");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _cloud = builder.Build();
        IdentityEndpoints? endpoints = null;
        _cloud.MapGet("/_local/token", context => endpoints!.TokenAsync(context));
        _cloud.MapGet("/_local/jwks.json", context => endpoints!.KeySetAsync(context));
        _cloud.MapGet("/_local/.well-known/openid-configuration", context => endpoints!.DiscoveryAsync(context));
        await _cloud.StartAsync(Cancel);
        _issuer = LocalIssuer.Open(_folder, IssuerUrl, _clock);
        endpoints = new(_issuer, TokenForge.Audience, (organization, _) =>
        {
            _organizations.Add(organization);
            return Task.CompletedTask;
        });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _cloud.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_of_the_local_cloud_is_accepted_by_the_api()
    {
        Assert.Equal("demo demo photos:read,photos:write,projects:write", await WhoIsAsync(await TokenAsync("")));
        var processor = await TokenAsync("?sub=ann&org=acme&scope=photos:process");
        Assert.Equal("ann acme photos:process", await WhoIsAsync(processor));
        Assert.Equal(["demo", "acme"], _organizations);
    }

    [Fact]
    public async Task The_answer_has_the_form_of_a_token_response()
    {
        using var response = await _http.GetAsync(new Uri(IssuerUrl, "token?sub=%C5%BDofie%20%22x%22"), Cancel);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(3600, answer.GetProperty("expires_in").GetInt32());
        var bearer = await WhoIsAsync(answer.GetProperty("access_token").GetString()!);
        Assert.StartsWith("Žofie \"x\" demo", bearer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub=", "sub", "is empty")]
    [InlineData("org=%20", "org", "is empty")]
    [InlineData("scope=", "scope", "is empty")]
    [InlineData("sub=a&sub=b", "sub", "more than once")]
    [InlineData("org=a%00b", "org", "control characters")]
    [InlineData("scope=a%22b", "scope", "RFC 6749")]
    [InlineData("sub=LONG", "sub", "256 characters long; at most 255")]
    [InlineData("org=LONG", "org", "256 characters long; at most 255")]
    [InlineData("scope=LONGLONGLONGLONG", "scope", "1024 characters long; at most 1000")]
    public async Task A_wrong_value_is_a_problem_that_names_the_field(string query, string field, string error)
    {
        query = query.Replace("LONG", new string('x', 256), StringComparison.Ordinal);

        using var response = await _http.GetAsync(new Uri(IssuerUrl, "token?" + query), Cancel);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        var said = problem.GetProperty("errors").GetProperty(field)[0].GetString();
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.Empty(_organizations);
    }

    [Fact]
    public async Task Tokens_from_before_a_restart_are_still_good()
    {
        var es256 = _issuer.CreateToken("u", "o", "s", TokenForge.Audience, TimeSpan.FromMinutes(5));
        var rs256 = _issuer.CreateToken("u", "o", "s", TokenForge.Audience, TimeSpan.FromMinutes(5), "RS256");
        var again = LocalIssuer.Open(_folder, IssuerUrl, _clock);

        Assert.Equal(_issuer.KeySet(), again.KeySet());
        Assert.Equal("u o s", await WhoIsAsync(es256));
        Assert.Equal("u o s", await WhoIsAsync(rs256));
        var expired = _issuer.CreateToken("u", "o", "s", TokenForge.Audience, TimeSpan.FromMinutes(-5));
        Assert.StartsWith("expired", await WhoIsAsync(expired), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no Unix mode here.");
        var file = Directory.GetFiles(_folder).Single();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
    }

    [Fact]
    public void The_published_keys_hold_no_secret()
    {
        _issuer.CreateToken("u", "o", "s", "a", TimeSpan.FromMinutes(5), "RS256");
        using var keys = JsonDocument.Parse(_issuer.KeySet());

        string[] names = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
        Assert.Equal(2, keys.RootElement.GetProperty("keys").GetArrayLength());
        Assert.All(
            keys.RootElement.GetProperty("keys").EnumerateArray().SelectMany(k => k.EnumerateObject()),
            member => Assert.Contains(member.Name, names));
    }

    [Fact]
    public void A_broken_key_file_is_a_message_that_names_it()
    {
        var file = Directory.GetFiles(_folder).Single();
        File.WriteAllText(file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        var refused = Assert.Throws<LocalCloudException>(() => LocalIssuer.Open(_folder, IssuerUrl, _clock));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Throws<LocalCloudException>(() => LocalIssuer.Open(file, IssuerUrl, _clock));
    }

    private async Task<string> TokenAsync(string query)
    {
        var answer = await _http.GetFromJsonAsync<JsonElement>(new Uri(IssuerUrl, "token" + query), Cancel);
        return answer.GetProperty("access_token").GetString()!;
    }

    // By discovery, as in the cloud.
    private async Task<string> WhoIsAsync(string token)
    {
        await using var api = await GuardedApi.StartAsync(
            GuardedApi.Options(null) with { Issuer = _issuer.Issuer }, _clock);
        using var answer = await api.MeAsync(token, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
