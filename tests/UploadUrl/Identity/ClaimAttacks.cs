using System.Globalization;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Good signatures over claims that are not what they must be.</summary>
internal static class ClaimAttacks
{
    private const string Header = """{"alg":"ES256","kid":"ec"}""";

    private static readonly string[] Claims = ["iss", "aud", "sub", "org_id", "scope", "exp", "nbf", "iat"];

    private static readonly string[] Times = ["exp", "nbf", "iat"];

    // What no claim may be.
    private static readonly string[] Odd =
    [
        "null", "true", "false", "-1", "-0.5", "-1e9", "1e999", "-1e999", "1e308", "99999999999999999999", "{}",
        "{\"a\":1}", "{\"$ne\":null}", "[[]]", "[{}]", "[null]", "[true]", "[1]", "[\"user-1\",1]",
        "[[\"photolambda\"]]",
        "\"\\u0000\"", "\"a\\u0007b\"", "\"a\\u001b[2Jb\"", "\"a\\r\\nb\"", "\"\\u007f\"", "\"\\u0085\"", "\"\\ud83d\"",
        "\"\\ude00\\ud83d\"", "NaN", "Infinity", "-Infinity", "undefined", "'text'", "01", "0x1", "+1", "1.", ".5", "",
    ];

    // What some claims may be: a scope may be empty or a list, and an id may be any text.
    private static readonly string[] OddTime =
        ["\"\"", "\" \"", "\"NaN\"", "\"0\"", "\"9999999999\"", "[]", "[9999999999]"];

    private static readonly string[] OddId = ["\"\"", "0", "1", "1.5", "[]", "[\"user-1\"]"];
    private static readonly string[] OddScope = ["0", "1.5", "[\"\"]", "[\"a b\"]", "[\" \"]", "\"a\\\\b\"", "\"é\""];

    private static readonly string[] OddParty =
    [
        "\"\"", "\" \"", "0", "1.5", "[]", "[\"\"]", "\"*\"", "\"PHOTOLAMBDA\"", "\"photolambda \"",
        "\"photolambda\\u200b\"",
    ];

    private static readonly string[] Headers =
        ["\"alg\":\"none\"", "\"\\u0061lg\":\"HS256\"", "\"kid\":\"rsa\"", "\"kid\":\"ec\""];

    public static IEnumerable<Attack> All(TokenForge forge, Random random) =>
    [
        .. OddValues(forge), .. Duplicates(forge), .. WrongTimes(forge, random),
        .. Claims.Except(["scope", "nbf", "iat"]).Select(c => new Attack($"no {c}", forge.Without(c))),
    ];

    private static IEnumerable<Attack> OddValues(TokenForge forge) =>
        from claim in Claims
        let own = claim switch
        {
            "exp" or "nbf" or "iat" => OddTime,
            "sub" or "org_id" => OddId,
            "scope" => OddScope,
            _ => OddParty,
        }
        from value in Odd.Concat(own)
        select new Attack($"{claim} {value}", forge.Sign(Header, With(forge, claim, value)));

    private static string With(TokenForge forge, string claim, string json)
    {
        var claims = forge.Claims();
        claims.Remove(claim);
        return $"{{\"{claim}\":{json},{claims.ToJsonString()[1..]}";
    }

    /// <summary>Each member twice, before and after the true one, also with its name written otherwise.</summary>
    private static IEnumerable<Attack> Duplicates(TokenForge forge)
    {
        var claims = forge.Claims().ToJsonString();
        foreach (var claim in Claims)
        {
            var same = forge.Claims()[claim]!.ToJsonString();
            var evil = Times.Contains(claim) ? "9999999999" : "\"root\"";
            var escaped = string.Concat(claim.Select(c => $"\\u{(int)c:x4}"));
            foreach (var member in new[] { $"\"{claim}\":{evil}", $"\"{escaped}\":{evil}", $"\"{claim}\":{same}" })
            {
                yield return new($"{member} before", forge.Sign(Header, $"{{{member},{claims[1..]}"));
                yield return new($"{member} after", forge.Sign(Header, $"{claims[..^1]},{member}}}"));
            }
        }

        foreach (var inner in new[] { "{\"a\":1,\"a\":1}", "[{\"a\":1,\"\\u0061\":2}]", "{\"b\":{\"\":0,\"\":0}}" })
        {
            yield return new($"{inner} in the claims", forge.Sign(Header, $"{claims[..^1]},\"x\":{inner}}}"));
            yield return new($"{inner} in the header", forge.Under($"{Header[..^1]},\"x\":{inner}}}"));
        }

        foreach (var member in Headers)
        {
            yield return new($"{member} before", forge.Under($"{{{member},{Header[1..]}"));
            yield return new($"{member} after", forge.Under($"{Header[..^1]},{member}}}"));
        }
    }

    /// <summary>At the edges of the leeway of a minute, just beyond them, and anywhere else.</summary>
    private static IEnumerable<Attack> WrongTimes(TokenForge forge, Random random)
    {
        double[] beyond =
        [
            0.001, 0.5, 1, 2, 59, 60, 3600, 86_400, .. Enumerable.Range(0, 20).Select(_ => random.Next(1, 1 << 30)),
        ];
        foreach (var by in beyond.Append(0))
        {
            yield return Time(forge, "exp", forge.Now - 60 - by);
        }

        foreach (var by in beyond)
        {
            yield return Time(forge, "nbf", forge.Now + 60 + by);
            yield return Time(forge, "iat", forge.Now + 60 + by);
        }

        foreach (var name in Times)
        {
            yield return Time(forge, name, forge.Now * 1000.0);
            yield return Time(forge, name, forge.Now * 1_000_000.0);
            yield return Time(forge, name, 253_402_300_800);
        }
    }

    private static Attack Time(TokenForge forge, string name, double seconds) => new(
        string.Create(CultureInfo.InvariantCulture, $"{name} {seconds:F3}, now {forge.Now}"),
        forge.Token((name, JsonValue.Create(seconds))));
}
