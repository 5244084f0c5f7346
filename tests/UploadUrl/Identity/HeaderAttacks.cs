using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Headers that ask for a key, an encoding or a meaning of the sender's choice.</summary>
internal static class HeaderAttacks
{
    private const string Good = "\"alg\":\"ES256\",\"kid\":\"ec\"";

    private static readonly string[] KeyIds =
    [
        "\"EC\"", "\"Ec\"", "\" ec\"", "\"ec \"", "\"ec\\u0000\"", "\"ec\\n\"", "\"%65c\"", "\"../ec\"", "\"ec/../ec\"",
        "\"/dev/null\"", "\"../../../../etc/passwd\"", "\"C:\\\\keys\\\\ec\"", "\"file:///dev/null\"",
        "\"http://169.254.169.254/latest/meta-data\"", "\"https://evil.test/keys#ec\"", "\"' or '1'='1\"",
        "\"ec' union select 'AA==\"", "\"ec; drop table photos\"", "\"$(id)\"", "\"`id`\"", "\"| id\"", "\"{{7*7}}\"",
        "\"${jndi:ldap://evil.test}\"", "\"<script>\"", "\"*\"", "\"е\u0441\"", "\"ec\\u200b\"", "\"\"", "null", "0",
        "1", "true", "[]", "[\"ec\"]", "{}", "{\"ec\":1}", "-1", "1e999", "\"\\ud800\"",
    ];

    private static readonly string[] Crits =
    [
        "[]", "null", "true", "1", "\"exp\"", "{}", "[\"exp\"]", "[\"alg\"]", "[\"kid\"]", "[\"b64\"]", "[1]",
        "[\"x\"]",
        "[null]", "[\"\"]", "[\"http://openbanking.org.uk/iat\"]", "[\"crit\"]", "[[\"exp\"]]",
    ];

    private static readonly string[] B64s = ["true", "false", "null", "0", "\"false\"", "[]"];

    private static readonly string[] OfferedIds = [",\"kid\":\"ec\"", ",\"kid\":\"x\"", ""];

    private static readonly string[] OfferedAlgorithms = ["ES256", "RS256"];

    private static readonly string[] Types =
    [
        "\"logout+jwt\"", "\"dpop+jwt\"", "\"secevent+jwt\"", "\"oauth-authz-req+jwt\"", "\"token-introspection+jwt\"",
        "\"entity-statement+jwt\"", "\"JWE\"", "\"JWS\"", "\"JOSE\"", "\"JOSE+JSON\"", "\"JWT \"", "\" JWT\"",
        "\"jwt\\u0000\"", "\"at+jwt;x=1\"", "\"at jwt\"", "\"kb+jwt\"", "\"vc+sd-jwt\"", "\"ȷwt\"", "\"\"", "null", "1",
        "true", "[\"JWT\"]", "{}",
    ];

    public static IEnumerable<Attack> All(TokenForge forge)
    {
        IEnumerable<(string Name, string Header)> signed =
        [
            .. KeyIds.Select(v => ($"kid {v}", $$"""{"alg":"ES256","kid":{{v}}}""")),
            .. Crits.Select(v => ($"crit {v}", $$"""{{{Good}},"crit":{{v}}}""")),
            .. Crits.Select(v => ($"crit {v} with what it names", $$"""{{{Good}},"exp":9,"x":1,"crit":{{v}}}""")),
            .. Types.Select(v => ($"typ {v}", $$"""{{{Good}},"typ":{{v}}}""")),
            .. B64s.Select(v => ($"b64 {v}", $$"""{{{Good}},"b64":{{v}}}""")),
            .. B64s.Select(v => ($"b64 {v} and crit", $$"""{{{Good}},"b64":{{v}},"crit":["b64"]}""")),
        ];
        var own = signed.Select(s => new Attack(s.Name, forge.Under(s.Header)));
        return [.. own, .. OwnKeys(forge), .. Payloads(forge)];
    }

    // Signed by a stranger's key that comes along, or is to be fetched.
    private static IEnumerable<Attack> OwnKeys(TokenForge forge)
    {
        var evil = new TokenForge(TimeProvider.System);
        var claims = forge.Claims().ToJsonString();
        var offers = new Dictionary<string, string[]>
        {
            ["jwk"] =
            [
                evil.EcKey().ToJsonString(), evil.EcKey("x").ToJsonString(), forge.EcKey().ToJsonString(), "\"{}\"",
            ],
            ["jku"] =
            [
                "\"https://evil.test/keys\"", "\"http://127.0.0.1:1/keys\"", $"\"{TokenForge.Issuer}@evil.test\"",
            ],
            ["x5u"] = ["\"https://evil.test/cert.pem\"", "\"file:///etc/ssl/cert.pem\""],
            ["x5c"] = [$"[\"{Convert.ToBase64String(evil.Ec.ExportSubjectPublicKeyInfo())}\"]", "[]", "\"MII\""],
            ["x5t"] = ["\"AAAA\""],
            ["x5t#S256"] = ["\"AAAA\""],
            ["keys"] = [$"[{evil.EcKey().ToJsonString()}]"],
        };
        return
            from offer in offers
            from value in offer.Value
            from id in OfferedIds
            from algorithm in OfferedAlgorithms
            let header = $$"""{"alg":"{{algorithm}}","{{offer.Key}}":{{value}}{{id}}}"""
            select new Attack($"{algorithm} by {offer.Key} {value}{id}", evil.Sign(header, claims, algorithm));
    }

    private static IEnumerable<Attack> Payloads(TokenForge forge)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Encoding.UTF8.GetBytes(forge.Claims().ToJsonString()));
        }

        var deflated = System.Buffers.Text.Base64Url.EncodeToString(packed.ToArray());
        yield return new("zip DEF", forge.SignParts(TokenForge.Encode($$"""{{{Good}},"zip":"DEF"}"""), deflated));
        yield return new("zip unsaid", forge.SignParts(TokenForge.Encode($$"""{{{Good}}}"""), deflated));
        foreach (var type in new[] { "\"JWT\"", "\"application/jwt\"", "null", "[\"JWT\"]" })
        {
            var header = $$"""{{{Good}},"cty":{{type}}}""";
            yield return new($"cty {type} around a token", forge.Sign(header, forge.Token()));
            yield return new($"cty {type} around a quoted one", forge.Sign(header, $"\"{forge.Token()}\""));
            yield return new($"cty {type} around claims in quotes", forge.Sign(
                header, JsonSerializer.Serialize(forge.Claims().ToJsonString())));
        }
    }
}
