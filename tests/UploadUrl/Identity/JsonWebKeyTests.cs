using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

public class JsonWebKeyTests
{
    private static readonly TokenForge Forge = new(new IdentityClock());

    private static readonly Dictionary<string, (string Reason, Func<JsonNode?> Make)> Unusable = new()
    {
        ["a number"] = ("not an object", () => 1),
        ["nothing"] = ("kty", () => new JsonObject()),
        ["a symmetric key"] = ("secret", () => new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }),
        ["an Ed25519 key"] = ("kty", () => new JsonObject { ["kty"] = "OKP", ["crv"] = "Ed25519", ["x"] = "AAAA" }),
        ["kty in lower case"] = ("kty", () => With(Forge.EcKey(), "kty", "ec")),
        ["kty a number"] = ("kty", () => With(Forge.EcKey(), "kty", 1)),
        ["for encryption"] = ("use", () => With(Forge.EcKey(), "use", "enc")),
        ["use null"] = ("use", () => With(Forge.EcKey(), "use", null)),
        ["key_ops of encryption"] = ("key_ops", () => With(Forge.EcKey(), "key_ops", new JsonArray("encrypt"))),
        ["key_ops of signing alone"] = ("key_ops", () => With(Forge.EcKey(), "key_ops", new JsonArray("sign", 1))),
        ["key_ops a string"] = ("key_ops", () => With(Forge.EcKey(), "key_ops", "verify")),
        ["key_ops empty"] = ("key_ops", () => With(Forge.EcKey(), "key_ops", new JsonArray())),
        ["kid a number"] = ("kid", () => With(Forge.EcKey(), "kid", 1)),
        ["a private EC key"] = ("secret", () => With(Forge.EcKey(), "d", "AAAA")),
        ["a private RSA key"] = ("secret", () => With(Forge.RsaKey(), "d", "AAAA")),
        ["EC of P-384"] = ("P-256", () => With(Forge.EcKey(), "crv", "P-384")),
        ["EC of secp256k1"] = ("P-256", () => With(Forge.EcKey(), "crv", "secp256k1")),
        ["EC for ES384"] = ("alg", () => With(Forge.EcKey(), "alg", "ES384")),
        ["EC for RS256"] = ("alg", () => With(Forge.EcKey(), "alg", "RS256")),
        ["EC for HS256"] = ("alg", () => With(Forge.EcKey(), "alg", "HS256")),
        ["EC for none"] = ("alg", () => With(Forge.EcKey(), "alg", "none")),
        ["EC without y"] = ("x or y", () => With(Forge.EcKey(), "y", "")),
        ["EC with a short x"] = ("x or y", () => With(Forge.EcKey(), "x", Base64Url.EncodeToString(new byte[31]))),
        ["EC with a long x"] = ("x or y", () => With(Forge.EcKey(), "x", Base64Url.EncodeToString(new byte[33]))),
        ["EC with padding"] = ("x or y", () => With(Forge.EcKey(), "x", Forge.EcKey()["x"]!.GetValue<string>() + "=")),
        ["EC off its curve"] = ("", () => With(Forge.EcKey(), "x", Base64Url.EncodeToString(new byte[32]))),
        ["RSA of 1024 bits"] = ("1024 bits", () => RsaOf(1024)),
        ["RSA of 2047 bits"] =
            ("2047 bits", () => With(Forge.RsaKey(), "n", Base64Url.EncodeToString([0x7f, .. new byte[254], 1]))),
        ["RSA of 1024 bits behind zeros"] = ("1024 bits", () => With(Forge.RsaKey(), "n", Base64Url.EncodeToString(
            [.. new byte[128], .. Base64Url.DecodeFromChars(RsaOf(1024)["n"]!.GetValue<string>())]))),
        ["RSA of 16384 bits"] =
            ("16384 bits", () => With(Forge.RsaKey(), "n", Base64Url.EncodeToString([0xff, .. new byte[2046], 1]))),
        ["RSA with an even modulus"] =
            ("RSA key", () => With(Forge.RsaKey(), "n", Base64Url.EncodeToString([0xff, .. new byte[255]]))),
        ["RSA with exponent 1"] = ("RSA key", () => With(Forge.RsaKey(), "e", "AQ")),
        ["RSA with exponent 0"] = ("n or e", () => With(Forge.RsaKey(), "e", "AA")),
        ["RSA with exponent 2"] = ("RSA key", () => With(Forge.RsaKey(), "e", "Ag")),
        ["RSA with an exponent of 40 bits"] = ("RSA key", () => With(Forge.RsaKey(), "e", "AQAAAAE")),
        ["RSA without n"] = ("n or e", () => With(Forge.RsaKey(), "n", null)),
        ["RSA for RS512"] = ("alg", () => With(Forge.RsaKey(), "alg", "RS512")),
        ["RSA for ES256"] = ("alg", () => With(Forge.RsaKey(), "alg", "ES256")),
        ["RSA for RSA-OAEP"] = ("alg", () => With(Forge.RsaKey(), "alg", "RSA-OAEP")),
    };

    public static TheoryData<string> Names => [.. Unusable.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_that_no_token_may_be_signed_with_is_not_used(string name)
    {
        var (expected, make) = Unusable[name];

        Assert.Null(Read(make(), out var reason));

        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_serves_the_algorithms_it_names_or_those_of_its_kind()
    {
        Assert.Equal(["ES256"], Fitting(Forge.EcKey()));
        Assert.Equal(["RS256", "PS256"], Fitting(Forge.RsaKey()));
        Assert.Equal(["PS256"], Fitting(With(Forge.RsaKey(), "alg", "PS256")));
        Assert.Equal(["ES256"], Fitting(With(Forge.EcKey(), "key_ops", new JsonArray("verify"))));
    }

    [Fact]
    public void A_key_without_an_id_serves_tokens_without_one()
    {
        var key = Read(Forge.EcKey(null), out _)!;

        Assert.True(key.Fits("ES256", null));
        Assert.False(key.Fits("ES256", "ec"));
    }

    private static IEnumerable<string> Fitting(JsonObject key) =>
        "RS256 PS256 ES256 HS256 none".Split(' ').Where(a => Read(key, out _)!.Fits(a, null));

    private static VerificationKey? Read(JsonNode? node, out string? reason)
    {
        using var document = JsonDocument.Parse(node!.ToJsonString());
        return JsonWebKey.Read(document.RootElement, out reason);
    }

    private static JsonObject With(JsonObject key, string name, JsonNode? value)
    {
        key[name] = value;
        return key;
    }

    private static JsonObject RsaOf(int bits)
    {
        using var rsa = RSA.Create(bits);
        var numbers = rsa.ExportParameters(false);
        return new()
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(numbers.Modulus),
            ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        };
    }
}
