using System.Net;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

public class TokenClaimTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private static readonly Dictionary<string, (string Code, Func<TokenForge, string> Make)> Refused = new()
    {
        ["iss missing"] = ("missing_claim", f => f.Without("iss")),
        ["iss of another"] = ("issuer", f => f.Token(("iss", "https://evil.test"))),
        ["iss with a slash more"] = ("issuer", f => f.Token(("iss", TokenForge.Issuer + "/"))),
        ["iss in upper case"] = ("issuer", f => f.Token(("iss", TokenForge.Issuer.ToUpperInvariant()))),
        ["iss an array"] = ("issuer", f => f.Token(("iss", new JsonArray(TokenForge.Issuer)))),
        ["iss null"] = ("issuer", f => f.Token(("iss", null))),
        ["aud missing"] = ("missing_claim", f => f.Without("aud")),
        ["aud of another"] = ("audience", f => f.Token(("aud", "photolambda2"))),
        ["aud empty"] = ("audience", f => f.Token(("aud", ""))),
        ["aud an empty array"] = ("audience", f => f.Token(("aud", new JsonArray()))),
        ["aud an array of others"] = ("audience", f => f.Token(("aud", new JsonArray("a", "b")))),
        ["aud an array with a number"] =
            ("malformed_claim", f => f.Token(("aud", new JsonArray(TokenForge.Audience, 1)))),
        ["aud a number"] = ("malformed_claim", f => f.Token(("aud", 1))),
        ["aud null"] = ("malformed_claim", f => f.Token(("aud", null))),
        ["aud of 101 entries"] = ("malformed_claim", f => f.Token(
            ("aud", new JsonArray([.. Enumerable.Range(0, 101).Select(i => JsonValue.Create(TokenForge.Audience))])))),
        ["exp missing"] = ("missing_claim", f => f.Without("exp")),
        ["exp a minute ago"] = ("expired", f => f.Token(("exp", f.Now - 60))),
        ["exp zero"] = ("expired", f => f.Token(("exp", 0))),
        ["exp negative"] = ("malformed_claim", f => f.Token(("exp", -1))),
        ["exp a string"] = ("malformed_claim", f => f.Token(("exp", "9999999999"))),
        ["exp null"] = ("malformed_claim", f => f.Token(("exp", null))),
        ["exp true"] = ("malformed_claim", f => f.Token(("exp", true))),
        ["exp in milliseconds"] = ("malformed_claim", f => f.Token(("exp", f.Now * 1000))),
        ["exp infinite"] = ("malformed_claim", f => f.Sign("""{"alg":"ES256","kid":"ec"}""",
            f.Claims().ToJsonString().Replace($"\"exp\":{f.Now + 300}", "\"exp\":1e999", StringComparison.Ordinal))),
        ["nbf in two minutes"] = ("not_yet_valid", f => f.Token(("nbf", f.Now + 120))),
        ["nbf a string"] = ("malformed_claim", f => f.Token(("nbf", "0"))),
        ["iat in two minutes"] = ("not_yet_valid", f => f.Token(("iat", f.Now + 120))),
        ["iat an object"] = ("malformed_claim", f => f.Token(("iat", new JsonObject()))),
        ["sub missing"] = ("missing_claim", f => f.Without("sub")),
        ["sub empty"] = ("malformed_claim", f => f.Token(("sub", ""))),
        ["sub a number"] = ("malformed_claim", f => f.Token(("sub", 1))),
        ["sub null"] = ("malformed_claim", f => f.Token(("sub", null))),
        ["sub of 256 characters"] = ("malformed_claim", f => f.Token(("sub", new string('s', 256)))),
        ["sub with a line end"] = ("malformed_claim", f => f.Token(("sub", "a\nb"))),
        ["sub with a lone surrogate"] = ("malformed", f => f.Sign("""{"alg":"ES256","kid":"ec"}""",
            f.Claims().ToJsonString().Replace("user-1", "\\ud83d", StringComparison.Ordinal))),
        ["org_id missing"] = ("missing_claim", f => f.Without("org_id")),
        ["org_id an array"] = ("malformed_claim", f => f.Token(("org_id", new JsonArray("org-1")))),
        ["org_id of 256 characters"] = ("malformed_claim", f => f.Token(("org_id", new string('o', 256)))),
        ["org_id with a NUL"] = ("malformed_claim", f => f.Token(("org_id", "o\0"))),
        ["scope a number"] = ("malformed_claim", f => f.Token(("scope", 1))),
        ["scope null"] = ("malformed_claim", f => f.Token(("scope", null))),
        ["scope an object"] = ("malformed_claim", f => f.Token(("scope", new JsonObject()))),
        ["scope an array with null"] = ("malformed_claim", f => f.Token(("scope", new JsonArray("a", null)))),
        ["scope an array with two in one"] = ("malformed_claim", f => f.Token(("scope", new JsonArray("a b")))),
        ["scope an array with nothing"] = ("malformed_claim", f => f.Token(("scope", new JsonArray("")))),
        ["scope with a quote"] = ("malformed_claim", f => f.Token(("scope", "a \"b"))),
        ["scope with a line end"] = ("malformed_claim", f => f.Token(("scope", "a\nb"))),
        ["scope of 101 names"] =
            ("malformed_claim", f => f.Token(("scope", string.Join(' ', Enumerable.Range(0, 101))))),
    };

    private static readonly Dictionary<string, (string Caller, Func<TokenForge, string> Make)> Accepted = new()
    {
        ["as it comes"] = ("user-1 org-1 photos:read,photos:write", f => f.Token()),
        ["RS256"] = ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"alg":"RS256","kid":"rsa"}""", "RS256")),
        ["PS256"] = ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"alg":"PS256","kid":"rsa"}""", "PS256")),
        ["no key id"] = ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"alg":"ES256"}""")),
        ["typ JWT"] = ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"typ":"JWT","alg":"ES256"}""")),
        ["typ at+jwt"] = ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"typ":"at+jwt","alg":"ES256"}""")),
        ["unknown header members"] =
            ("user-1 org-1 photos:read,photos:write", f => f.Under("""{"alg":"ES256","kid":"ec","x":[{"y":1}]}""")),
        ["aud an array"] = ("user-1 org-1 photos:read,photos:write",
            f => f.Token(("aud", new JsonArray("else", TokenForge.Audience)))),
        ["aud the second one accepted"] = ("user-1 org-1 photos:read,photos:write", f => f.Token(("aud", "another"))),
        ["exp 59 seconds ago"] = ("user-1 org-1 photos:read,photos:write", f => f.Token(("exp", f.Now - 59))),
        ["exp with a fraction"] = ("user-1 org-1 photos:read,photos:write", f => f.Token(("exp", f.Now + 10.5))),
        ["exp in the last second that is a date"] =
            ("user-1 org-1 photos:read,photos:write", f => f.Token(("exp", 253_402_300_799))),
        ["nbf and iat a minute ahead"] =
            ("user-1 org-1 photos:read,photos:write", f => f.Token(("nbf", f.Now + 60), ("iat", f.Now + 60))),
        ["neither nbf nor iat"] = ("u o s", f => f.Sign("""{"alg":"ES256"}""", new JsonObject
        {
            ["iss"] = TokenForge.Issuer,
            ["aud"] = TokenForge.Audience,
            ["sub"] = "u",
            ["org_id"] = "o",
            ["scope"] = "s",
            ["exp"] = f.Now + 1,
        }.ToJsonString())),
        ["no scope"] = ("user-1 org-1 ", f => f.Without("scope")),
        ["scope empty"] = ("user-1 org-1 ", f => f.Token(("scope", ""))),
        ["scope with spaces and repeats"] = ("user-1 org-1 a,b", f => f.Token(("scope", "  b a  a "))),
        ["scope an array"] = ("user-1 org-1 a,b", f => f.Token(("scope", new JsonArray("b", "a")))),
        ["sub of 255 characters"] =
            ($"{new string('s', 255)} org-1 photos:read,photos:write", f => f.Token(("sub", new string('s', 255)))),
        ["sub beyond ASCII"] = ("Žofie 📷 org-1 photos:read,photos:write", f => f.Token(("sub", "Žofie 📷"))),
        ["15 KiB"] = ("user-1 org-1 photos:read,photos:write", f => f.Token(("x", new string('x', 11_000)))),
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public static TheoryData<string> AcceptedNames => [.. Accepted.Keys];

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public async Task A_claim_that_is_not_what_it_must_be_is_refused(string name)
    {
        var (code, make) = Refused[name];

        using var answer = await fixture.Api.MeAsync(make(fixture.Forge), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(code + ":", body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public async Task A_good_token_names_its_bearer(string name)
    {
        var (caller, make) = Accepted[name];

        using var answer = await fixture.Api.MeAsync(make(fixture.Forge), TestContext.Current.CancellationToken);

        Assert.Equal(caller, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
