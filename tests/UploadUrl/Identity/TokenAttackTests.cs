using System.Buffers.Text;
using System.Net;
using System.Text;

namespace PhotoLambda.Tests;

public class TokenAttackTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private const string EsHeader = """{"alg":"ES256","kid":"ec"}""";

    private static readonly Dictionary<string, (string Code, Func<TokenForge, string> Make)> Attacks = new()
    {
        // No signature, or an algorithm of the sender's choice.
        ["alg none, no signature"] = ("algorithm", f => f.Under("""{"alg":"none","kid":"ec"}""", "none")),
        ["alg NONE"] = ("algorithm", f => f.Under("""{"alg":"NONE","kid":"ec"}""", "none")),
        ["alg nOnE"] = ("algorithm", f => f.Under("""{"alg":"nOnE","kid":"ec"}""", "none")),
        ["alg none, signed all the same"] = ("algorithm", f => f.Under("""{"alg":"none","kid":"ec"}""")),
        ["alg none with a space"] = ("algorithm", f => f.Under("""{"alg":"none ","kid":"ec"}""", "none")),
        ["alg empty"] = ("malformed", f => f.Under("""{"alg":"","kid":"ec"}""", "none")),
        ["alg missing"] = ("malformed", f => f.Under("""{"kid":"ec"}""")),
        ["alg null"] = ("malformed", f => f.Under("""{"alg":null,"kid":"ec"}""")),
        ["alg a number"] = ("malformed", f => f.Under("""{"alg":256,"kid":"ec"}""")),
        ["alg an array"] = ("malformed", f => f.Under("""{"alg":["ES256"],"kid":"ec"}""")),
        ["alg in lower case"] = ("algorithm", f => f.Under("""{"alg":"es256","kid":"ec"}""")),
        ["alg with a NUL"] = ("algorithm", f => f.Under("""{"alg":"ES256\u0000","kid":"ec"}""")),
        ["alg RS512, signed so"] = ("algorithm", f => f.Under("""{"alg":"RS512","kid":"rsa"}""", "RS512")),
        ["alg ES256K"] = ("algorithm", f => f.Under("""{"alg":"ES256K","kid":"ec"}""")),
        ["alg EdDSA"] = ("algorithm", f => f.Under("""{"alg":"EdDSA","kid":"ec"}""")),
        ["alg RSA-OAEP"] = ("algorithm", f => f.Under("""{"alg":"RSA-OAEP","kid":"rsa"}""", "RS256")),
        ["alg HS256 while no secret is configured"] =
            ("algorithm", f => f.Under("""{"alg":"HS256","kid":"ec"}""", "HS256")),
        ["alg HS256 with the public key as the secret"] =
            ("algorithm", f => f.Under("""{"alg":"HS256","kid":"ec"}""", "HS256-public-key")),
        ["alg HS256 with an empty secret"] = ("algorithm", f => f.Under("""{"alg":"HS256"}""", "HS256-empty")),

        // A key of another kind, or one that is not the issuer's.
        ["ES256 with the RSA key's id"] = ("unknown_key", f => f.Under("""{"alg":"ES256","kid":"rsa"}""")),
        ["RS256 with the EC key's id"] = ("unknown_key", f => f.Under("""{"alg":"RS256","kid":"ec"}""", "RS256")),
        ["PS256 with the EC key's id"] = ("unknown_key", f => f.Under("""{"alg":"PS256","kid":"ec"}""", "PS256")),
        ["PS256 said, RS256 done"] = ("signature", f => f.Under("""{"alg":"PS256","kid":"rsa"}""", "RS256")),
        ["RS256 said, PS256 done"] = ("signature", f => f.Under("""{"alg":"RS256","kid":"rsa"}""", "PS256")),
        ["RS256 said, RS512 done"] = ("signature", f => f.Under("""{"alg":"RS256","kid":"rsa"}""", "RS512")),
        ["RS256 said, ES256 done"] = ("signature", f => f.Under("""{"alg":"RS256","kid":"rsa"}""")),
        ["another EC key under a known id"] = ("signature", f => new TokenForge(new IdentityClock()).Token()),
        ["another RSA key under a known id"] =
            ("signature", f => new TokenForge(new IdentityClock()).Under("""{"alg":"RS256","kid":"rsa"}""", "RS256")),
        ["an unknown key id"] = ("unknown_key", f => f.Under("""{"alg":"ES256","kid":"nobody"}""")),
        ["a key id that is a path"] = ("unknown_key", f => f.Under("""{"alg":"ES256","kid":"../../dev/null"}""")),
        ["a key id that is SQL"] = ("unknown_key", f => f.Under("""{"alg":"ES256","kid":"' or 1=1 --"}""")),
        ["a key id that is a number"] = ("malformed", f => f.Under("""{"alg":"ES256","kid":1}""")),
        ["a key id that is null"] = ("malformed", f => f.Under("""{"alg":"ES256","kid":null}""")),
        ["an empty key id"] = ("malformed", f => f.Under("""{"alg":"ES256","kid":""}""")),
        ["a key id of 257 characters"] =
            ("malformed", f => f.Under($$"""{"alg":"ES256","kid":"{{new string('k', 257)}}"}""")),
        ["a key of its own in jwk"] = ("signature", f => SignedByItself("jwk")),
        ["a key of its own in x5c"] = ("signature", f => SignedByItself("x5c")),
        ["a key of its own behind jku"] = ("signature", f => SignedByItself("jku")),
        ["a key of its own behind x5u"] = ("signature", f => SignedByItself("x5u")),

        // What the header asks for.
        ["crit with a known name"] =
            ("header", f => f.Under("""{"alg":"ES256","kid":"ec","crit":["exp"],"exp":1}""")),
        ["crit with an unknown name"] =
            ("header", f => f.Under("""{"alg":"ES256","kid":"ec","crit":["x"],"x":1}""")),
        ["crit empty"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","crit":[]}""")),
        ["crit null"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","crit":null}""")),
        ["b64 false"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","b64":false}""")),
        ["b64 true"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","b64":true}""")),
        ["typ of a logout token"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","typ":"logout+jwt"}""")),
        ["typ of a DPoP proof"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","typ":"dpop+jwt"}""")),
        ["typ a number"] = ("header", f => f.Under("""{"alg":"ES256","kid":"ec","typ":1}""")),

        // JSON that two parsers may read differently.
        ["alg twice"] = ("malformed", f => f.Under("""{"alg":"none","alg":"ES256","kid":"ec"}""")),
        ["alg twice, once escaped"] = ("malformed", f => f.Under("""{"\u0061lg":"none","alg":"ES256","kid":"ec"}""")),
        ["a nested member twice in the header"] =
            ("malformed", f => f.Under("""{"alg":"ES256","kid":"ec","x":{"a":1,"a":2}}""")),
        ["sub twice"] = ("malformed", f => f.Sign(EsHeader, f.Claims().ToJsonString()[..^1] + ""","sub":"root"}""")),
        ["exp twice, once escaped"] =
            ("malformed", f => f.Sign(EsHeader, f.Claims().ToJsonString()[..^1] + ""","e\u0078p":9999999999}""")),
        ["a header that is an array"] = ("malformed", f => f.Under("""["ES256"]""")),
        ["a header that is a string"] = ("malformed", f => f.Under("\"ES256\"")),
        ["a header with a comment"] = ("malformed", f => f.Under("""{"alg":"ES256",/**/"kid":"ec"}""")),
        ["a header with a trailing comma"] = ("malformed", f => f.Under("""{"alg":"ES256","kid":"ec",}""")),
        ["a header with two objects"] = ("malformed", f => f.Under("""{"alg":"ES256","kid":"ec"}{}""")),
        ["a header with a byte order mark"] = ("malformed", f => f.Under("\ufeff" + EsHeader)),
        ["a header of depth 100"] =
            ("malformed", f => f.Under($$"""{"alg":"ES256","kid":"ec","x":{{Nest(100)}}}""")),
        ["a header with a lone surrogate"] =
            ("malformed", f => f.Under("""{"alg":"ES256","kid":"ec","x":"\ud800"}""")),
        ["a header that is not UTF-8"] = ("malformed", f => f.SignParts(
            Convert.ToBase64String(Encoding.Latin1.GetBytes("{\"alg\":\"ES256\",\"kid\":\"\u00ff\"}"))
                .TrimEnd('=').Replace('+', '-').Replace('/', '_'), TokenForge.Encode("{}"))),
        ["claims that are an array"] = ("malformed", f => f.Sign(EsHeader, $"[{f.Claims().ToJsonString()}]")),
        ["claims that are null"] = ("malformed", f => f.Sign(EsHeader, "null")),
        ["claims that are text"] = ("malformed", f => f.Sign(EsHeader, "hello")),
        ["claims of depth 100"] =
            ("malformed", f => f.Sign(EsHeader, f.Claims().ToJsonString()[..^1] + $",\"x\":{Nest(100)}}}")),
        ["no claims at all"] = ("malformed", f => f.SignParts(TokenForge.Encode(EsHeader), "")),

        // Parts and letters.
        ["two parts"] = ("malformed", f => f.Token()[..f.Token().LastIndexOf('.')]),
        ["four parts"] = ("malformed", f => f.Token() + ".AAAA"),
        ["five parts, as an encrypted token has"] = ("malformed", f => f.Token() + ".AAAA.AAAA"),
        ["a dot at the end"] = ("malformed", f => f.Token() + "."),
        ["a dot in front"] = ("malformed", f => "." + f.Token()),
        ["an empty header"] = ("malformed", f => f.SignParts("", TokenForge.Encode("{}"))),
        ["an empty signature"] = ("signature", f => f.Under(EsHeader, "none")),
        ["padding"] = ("malformed", f => f.Token() + "="),
        ["white space inside"] = ("malformed", f => f.Token().Insert(5, " ")),
        ["a tab inside the signature"] = ("malformed", f => f.Token().Insert(f.Token().Length - 5, "\t")),
        ["the letters of plain Base64"] = ("malformed", f => WithLetter(f, '+')),
        ["a letter of no alphabet"] = ("malformed", f => WithLetter(f, '!')),
        ["a percent-encoded dot"] = ("malformed", f => f.Token().Replace(".", "%2E", StringComparison.Ordinal)),
        ["unused bits set in the signature"] = ("malformed", f => WithUnusedBits(f.Token())),
        ["a length that Base64 does not have"] = ("malformed", f => f.Token()[..^1]),
        ["JSON serialization"] = ("malformed", f =>
            $$"""{"protected":"{{f.Token().Split('.')[0]}}","payload":"","signature":"{{f.Token().Split('.')[2]}}"}"""),
        ["17 KiB"] = ("too_large", f => f.Token(("x", new string('x', 17_000)))),
        ["17 KiB of dots"] = ("too_large", f => new string('.', 17_000)),

        // The signature itself.
        ["a claim changed after signing"] = ("signature", f => Swap(f, f.Token(("sub", "root")), part: 1)),
        ["the header changed after signing"] =
            ("signature", f => Swap(f, f.Under("""{"kid":"ec","alg":"ES256"}"""), part: 0)),
        ["the signature of another token"] = ("signature", f => Swap(f, f.Token(("sub", "root")), part: 2)),
        ["an ECDSA signature in DER"] = ("signature", f => f.Under(EsHeader, "ES256-DER")),
        ["an ECDSA signature of zeros"] = ("signature", f => WithSignature(f, new byte[64])),
        ["an ECDSA signature of r = s = 1"] = ("signature", f => WithSignature(f, RAndS(1, 1))),
        ["an ECDSA signature with r = 0"] = ("signature", f => WithSignature(f, RAndS(0, 1))),
        ["an ECDSA signature of 63 bytes"] = ("signature", f => WithSignature(f, new byte[63])),
        ["an ECDSA signature of 65 bytes"] = ("signature", f => WithSignature(f, new byte[65])),
        ["an RSA signature one byte short"] = ("signature", f => RsaCut(f, 1)),
        ["an RSA signature of nothing"] = ("signature", f => f.Under("""{"alg":"RS256","kid":"rsa"}""", "none")),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_attack_is_refused_for_its_reason(string attack)
    {
        var (code, make) = Attacks[attack];

        using var answer = await fixture.Api.MeAsync(make(fixture.Forge), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(code + ":", body, StringComparison.Ordinal);
        var challenge = answer.Headers.WwwAuthenticate.Single().Parameter;
        Assert.StartsWith("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    }

    private static string SignedByItself(string parameter)
    {
        var evil = new TokenForge(new IdentityClock());
        var key = evil.EcKey().ToJsonString();
        var value = parameter switch
        {
            "jwk" => key,
            "x5c" => $"[\"{TokenForge.Encode(key)}\"]",
            _ => "\"https://evil.test/keys\"",
        };
        return evil.Under($$"""{"alg":"ES256","kid":"ec","{{parameter}}":{{value}}}""");
    }

    private static string Nest(int depth) => new string('[', depth) + new string(']', depth);

    private static string WithLetter(TokenForge forge, char letter)
    {
        var parts = forge.Token().Split('.');
        return $"{parts[0]}.{parts[1]}.{letter}{parts[2][1..]}";
    }

    // 64 bytes are 86 letters, the last of which has four bits that count for nothing.
    private static string WithUnusedBits(string token) => token[..^1] + token[^1] switch
    {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        _ => 'x',
    };

    private static string Swap(TokenForge forge, string other, int part)
    {
        var parts = forge.Token().Split('.');
        parts[part] = other.Split('.')[part];
        return string.Join('.', parts);
    }

    private static byte[] RAndS(byte r, byte s)
    {
        var signature = new byte[64];
        (signature[31], signature[63]) = (r, s);
        return signature;
    }

    private static string WithSignature(TokenForge forge, byte[] signature)
    {
        var token = forge.Token();
        return token[..(token.LastIndexOf('.') + 1)] + Base64Url.EncodeToString(signature);
    }

    private static string RsaCut(TokenForge forge, int bytes)
    {
        var parts = forge.Under("""{"alg":"RS256","kid":"rsa"}""", "RS256").Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        return $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature.AsSpan()[..^bytes])}";
    }
}
