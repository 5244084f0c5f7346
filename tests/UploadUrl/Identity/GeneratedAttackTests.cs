using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>Attacks of every sort that the generators know, and good tokens to see that they differ.</summary>
public sealed partial class GeneratedAttackTests : IAsyncLifetime
{
    private const string Code =
        "algorithm|malformed|header|unknown_key|signature|issuer|audience|expired|not_yet_valid|malformed_claim"
        + "|missing_claim|too_large";

    private static readonly string[] UsualHeaders = ["Date", "Server", "Transfer-Encoding", "WWW-Authenticate"];

    private static readonly string[] GoodTypes =
        ["", ",\"typ\":\"JWT\"", ",\"typ\":\"at+jwt\"", ",\"typ\":\"application/at+JWT\""];

    private static readonly string[] GoodAlgorithms = ["ES256", "RS256", "PS256"];
    private static readonly string[] EcIds = ["", ",\"kid\":\"ec\""];
    private static readonly string[] RsaIds = ["", ",\"kid\":\"rsa\""];

    private static readonly string[] OddButGood =
    [
        """ { "kid" : "ec" , "alg" : "ES256" } """, """{"\u0061lg":"\u0045S256"}""", """{"alg":"ES256","x":[{}]}""",
        """{"alg":"ES256","jku":"https://evil.test"}""", """{"alg":"ES256","cty":"x","zip":"DEF"}""",
    ];

    private readonly IdentityClock _clock = new();
    private readonly TokenForge _forge;
    private KeySetServer _issuer = null!;

    public GeneratedAttackTests() => _forge = new(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _issuer = await KeySetServer.StartAsync(_forge.KeySet());

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData(TokenForge.Secret)]
    public async Task Each_generated_attack_is_refused_in_the_same_shape(string? secret)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        List<Attack> attacks =
        [
            .. AlgorithmAttacks.All(_forge), .. HeaderAttacks.All(_forge), .. ClaimAttacks.All(_forge, random),
            .. TextAttacks.All(_forge, random),
        ];
        attacks = [.. attacks.DistinctBy(a => a.Token)];
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {attacks.Count} attacks");
        await using var api = await StartAsync(secret);

        var wrong = await WrongAsync(attacks, async a => await RefusalAsync(api, a.Token));

        Assert.True(wrong.Length == 0, $"seed {seed}: {string.Join('\n', wrong)}");
        Assert.InRange(attacks.Count, 500, 5000);
        // The first request, and the one fetch a minute for unknown keys.
        Assert.Equal(2, _issuer.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TokenForge.Secret)]
    public async Task Each_generated_good_token_is_accepted(string? secret)
    {
        await using var api = await StartAsync(secret);
        List<Attack> tokens = [.. Good(), .. secret is null ? [] : Shared()];
        TestContext.Current.TestOutputHelper?.WriteLine($"{tokens.Count} good tokens");

        var wrong = await WrongAsync(tokens, async token =>
        {
            using var answer = await api.MeAsync(token.Token, Cancel);
            return answer.StatusCode == HttpStatusCode.OK ? null : await answer.Content.ReadAsStringAsync(Cancel);
        });

        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.InRange(tokens.Count, 40, 100);
    }

    [Fact]
    public async Task Letters_that_HTTP_does_not_carry_are_refused_in_events()
    {
        await using var api = new GatewayFixture { IsTrusting = false };
        await api.InitializeAsync();

        foreach (var attack in TextAttacks.Unsendable(api.Forge).Append(new("", api.Forge.Token())))
        {
            var request = JsonSerializer.SerializeToNode(LambdaHttpEvents.Two("GET", "/me"))!;
            request["headers"]!["authorization"] = "Bearer " + attack.Token;
            var answer = (await api.Runtime.InvokeAsync(request.ToJsonString())).Json;
            Assert.Equal(
                (attack.Name, attack.Name.Length == 0 ? 200 : 401),
                (attack.Name, answer.GetProperty("statusCode").GetInt32()));
        }
    }

    private static async Task<string[]> WrongAsync(IEnumerable<Attack> tokens, Func<Attack, Task<string?>> judge)
    {
        var wrong = new ConcurrentBag<string>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel };
        await Parallel.ForEachAsync(tokens, limit, async (token, _) =>
        {
            if (await judge(token) is { } fault)
            {
                wrong.Add($"{token.Name}: {fault}");
            }
        });
        return [.. wrong];
    }

    /// <returns>Null if the answer is that of every refusal.</returns>
    private static async Task<string?> RefusalAsync(GuardedApi api, string token)
    {
        using var answer = await api.MeAsync(token, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        var detail = Shape().Match(body);
        return answer.StatusCode == HttpStatusCode.Unauthorized && detail.Success
            && answer.Headers.WwwAuthenticate.Select(c => c.ToString()).SequenceEqual(
                [$"Bearer error=\"invalid_token\", error_description=\"{detail.Groups[1].Value}\""])
            && !answer.Headers.Select(h => h.Key).Except(UsualHeaders).Any()
                ? null
                : $"{(int)answer.StatusCode} {body}";
    }

    [GeneratedRegex($@"\A(?:{Code}): ([A-Za-z0-9_ .-]+)\z")]
    private static partial Regex Shape();

    private IEnumerable<Attack> Good()
    {
        const string Header = """{"alg":"ES256","kid":"ec"}""";
        IEnumerable<Attack> headers =
            from type in GoodTypes
            from algorithm in GoodAlgorithms
            from id in algorithm == "ES256" ? EcIds : RsaIds
            let header = $$"""{"alg":"{{algorithm}}"{{type}}{{id}}}"""
            select new Attack(header, _forge.Under(header, algorithm));
        IEnumerable<Attack> others =
            from header in OddButGood
            select new Attack(header, _forge.Under(header));
        IEnumerable<Attack> claims =
            from claim in new (string Name, JsonNode? Value)[]
            {
                ("exp", _forge.Now - 59), ("exp", _forge.Now - 59.999), ("exp", _forge.Now + 0.5),
                ("exp", 253_402_300_799), ("nbf", _forge.Now + 60), ("iat", _forge.Now + 60), ("nbf", 0), ("iat", 1.5),
                ("scope", ""), ("scope", "  "), ("scope", new JsonArray()), ("scope", "NaN"), ("sub", "Žofie 📷"),
                ("sub", "null"), ("org_id", "[]"), ("aud", new JsonArray("x", TokenForge.Audience)), ("x", null),
            }
            select new Attack($"{claim.Name} {claim.Value?.ToJsonString()}", _forge.Token(claim));
        int[] sizes = [15_000, 16_380, 16_382, 16_383, 16_384];
        return
        [
            .. headers, .. others, .. claims,
            .. sizes.Select(s => new Attack($"{s} characters", _forge.TokenOfLength(s))),
            new("without nbf", _forge.Without("nbf")), new("without scope", _forge.Without("scope")),
            new("twice the same", _forge.Sign(Header, $"{{\"a\":1,\"b\":1,{_forge.Claims().ToJsonString()[1..]}")),
        ];
    }

    private IEnumerable<Attack> Shared() =>
        from id in EcIds
        select new Attack($"HS256 {id}", _forge.Under($$"""{"alg":"HS256"{{id}}}""", "HS256"));

    private Task<GuardedApi> StartAsync(string? secret) =>
        GuardedApi.StartAsync(GuardedApi.Options(_issuer.Url) with { Secret = secret }, _clock);
}
