using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Makes tokens of any shape, good and bad, and the JWK set that goes with them.</summary>
internal sealed class TokenForge(TimeProvider clock)
{
    public const string Issuer = "https://issuer.test/realms/team";
    public const string Audience = "photolambda";
    public const string Secret = "a secret of more than thirty-two bytes";

    // Made when wanted: it takes a while.
    private readonly Lazy<RSA> _rsa = new(() => RSA.Create(2048));

    public RSA Rsa => _rsa.Value;

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    public JsonObject Claims(params (string Name, JsonNode? Value)[] changes)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "user-1",
            ["org_id"] = "org-1",
            ["scope"] = "photos:read photos:write",
            ["iat"] = Now,
            ["nbf"] = Now,
            ["exp"] = Now + 300,
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims;
    }

    /// <summary>A good token but for these changes of its claims.</summary>
    public string Token(params (string Name, JsonNode? Value)[] changes) =>
        Sign("""{"alg":"ES256","kid":"ec"}""", Claims(changes).ToJsonString());

    public string Without(string claim)
    {
        var claims = Claims();
        claims.Remove(claim);
        return Sign("""{"alg":"ES256","kid":"ec"}""", claims.ToJsonString());
    }

    /// <summary>A good token of that many characters, of which there is one for each number.</summary>
    public string TokenOfLength(int length)
    {
        // Four letters encode three bytes, so the header fills what the claims alone cannot.
        var fitting =
            from spaces in Enumerable.Range(0, 3)
            let header = """{"alg":"ES256","kid":"ec"}""" + new string(' ', spaces)
            from letters in Enumerable.Range(((length - 500) * 3 / 4) - 50, 150)
            let claims = Claims(("x", new string('x', letters))).ToJsonString()
            where Encode(header).Length + 1 + Encode(claims).Length + 1 + 86 == length
            select Sign(header, claims);
        return fitting.First();
    }

    /// <summary>Good claims under a header of one's own.</summary>
    public string Under(string header, string signWith = "ES256") =>
        Sign(header, Claims().ToJsonString(), signWith);

    /// <summary>Any two texts with a good signature.</summary>
    public string Sign(string header, string claims, string signWith = "ES256") =>
        SignParts(Encode(header), Encode(claims), signWith);

    public string SignParts(string header, string claims, string signWith = "ES256")
    {
        var input = Encoding.Latin1.GetBytes($"{header}.{claims}");
        return $"{header}.{claims}.{Base64Url.EncodeToString(Signature(input, signWith))}";
    }

    /// <summary>Good claims with a signature of one's own making.</summary>
    public string SignBy(string header, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(header)}.{Encode(Claims().ToJsonString())}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public JsonObject EcKey(string? id = "ec") => Key(id, new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = Base64Url.EncodeToString(Ec.ExportParameters(false).Q.X),
        ["y"] = Base64Url.EncodeToString(Ec.ExportParameters(false).Q.Y),
    });

    public JsonObject RsaKey(string? id = "rsa") => Key(id, new()
    {
        ["kty"] = "RSA",
        ["n"] = Base64Url.EncodeToString(Rsa.ExportParameters(false).Modulus),
        ["e"] = Base64Url.EncodeToString(Rsa.ExportParameters(false).Exponent),
    });

    public string KeySet() => KeySet(EcKey(), RsaKey());

    public static string KeySet(params JsonObject[] keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    private static JsonObject Key(string? id, JsonObject key)
    {
        if (id is not null)
        {
            key["kid"] = id;
        }

        return key;
    }

    private byte[] Signature(byte[] input, string signWith) => signWith switch
    {
        "ES256" => Ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        "ES256-DER" => Ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
        "RS256" => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => Rsa.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "PS256" => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), input),
        "HS256-public-key" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Ec.ExportSubjectPublicKeyInfoPem()), input),
        "HS256-empty" => HMACSHA256.HashData(Array.Empty<byte>(), input),
        "none" => [],
        _ => throw new ArgumentOutOfRangeException(nameof(signWith), signWith, null),
    };
}
