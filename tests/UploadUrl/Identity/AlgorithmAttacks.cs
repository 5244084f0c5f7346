using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>A text that must not pass for a token.</summary>
internal sealed record Attack(string Name, string Token);

/// <summary>Good claims, but what the header says about their signature is a lie.</summary>
internal static class AlgorithmAttacks
{
    private static readonly string[] Signers = ["ES256", "RS256", "PS256", "ES256-DER", "none"];

    private static readonly string[] NoSigners = ["none", "ES256", "HS256-empty"];

    private static readonly string?[] Ids = ["ec", null, "rsa", "nobody"];

    private static readonly (string Name, Func<byte[], byte[], byte[]> Hash)[] Macs =
        [("HS256", HMACSHA256.HashData), ("HS384", HMACSHA384.HashData), ("HS512", HMACSHA512.HashData)];

    private static readonly string[] Names =
    [
        "RS256", "PS256", "ES256", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519",
        "RS1", "RSA-OAEP", "ECDH-ES", "dir", "A256KW", "PBES2-HS256+A128KW",
    ];

    private static readonly string[] Misspelt =
    [
        "es256", "Es256", "ES256 ", " ES256", "ES256\0", "ES256\n", "ES-256", "ES256,RS256", "ES256;none", "ЕS256",
        "ＥＳ２５６", "ES25б", "SHA256withECDSA", "1.2.840.10045.4.3.2", "ecdsa-sha256", "*", "any", "ES2561",
    ];

    // With spaces and invisible letters around it, and letters of other scripts that look the same.
    private static readonly string[] AlmostNone =
    [
        " none", "none ", "\tnone", "none\t", "none\0", "\0none", "none\n", "none\u200b", "\ufeffnone", "none\u00a0",
        "nоne", "ｎｏｎｅ", "nonе", "no\u0301ne", "ɴᴏɴᴇ", "n0ne", "none;", "none,ES256", "[none]", "null", "undefined",
        "false", "0", "nil", "NaN", "plain", "unsecured",
    ];

    public static IEnumerable<Attack> All(TokenForge forge) =>
    [
        .. None(forge), .. PublicKeyAsSecret(forge), .. WrongSigner(forge),
        .. Misspelt.Select(name => new Attack($"alg '{name}' with a good signature", forge.Under(Header(name, "ec")))),
    ];

    private static IEnumerable<Attack> None(TokenForge forge) =>
        from name in AllCases("none").Concat(AlmostNone)
        from signer in NoSigners
        from id in Ids.Take(2)
        select new Attack($"alg '{name}', kid {id}, signed {signer}", forge.Under(Header(name, id), signer));

    private static IEnumerable<string> AllCases(string word) =>
        from bits in Enumerable.Range(0, 1 << word.Length)
        select string.Concat(word.Select((c, i) => (bits >> i & 1) == 1 ? char.ToUpperInvariant(c) : c));

    private static IEnumerable<Attack> WrongSigner(TokenForge forge) =>
        from name in Names
        from signer in Signers
        from id in Ids
        where name != signer || id == "nobody" || (id is not null && id != (name == "ES256" ? "ec" : "rsa"))
        select new Attack($"alg {name}, kid {id}, signed {signer}", forge.Under(Header(name, id), signer));

    private static IEnumerable<Attack> PublicKeyAsSecret(TokenForge forge) =>
        from secret in Secrets(forge)
        from mac in Macs
        from id in Ids.Take(3)
        select new Attack(
            $"alg {mac.Name}, kid {id}, with {secret.Name} for a secret",
            forge.SignBy(Header(mac.Name, id), input => mac.Hash(secret.Bytes, input)));

    private static IEnumerable<(string Name, byte[] Bytes)> Secrets(TokenForge forge)
    {
        var (rsa, ec) = (forge.Rsa.ExportParameters(false), forge.Ec.ExportParameters(false).Q);
        byte[] point = [.. ec.X!, .. ec.Y!];
        foreach (var (name, pem) in new[]
        {
            ("the EC key", forge.Ec.ExportSubjectPublicKeyInfoPem()),
            ("the RSA key", forge.Rsa.ExportSubjectPublicKeyInfoPem()),
            ("the RSA key of PKCS #1", forge.Rsa.ExportRSAPublicKeyPem()),
        })
        {
            var body = string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-')));
            yield return ($"{name} in PEM", Text(pem));
            yield return ($"{name} in PEM with a line end", Text(pem + "\n"));
            yield return ($"{name} in PEM with line ends of DOS", Text(pem.ReplaceLineEndings("\r\n")));
            yield return ($"{name} in PEM without its frame", Text(body));
            yield return ($"{name} in DER", Convert.FromBase64String(body));
        }

        foreach (var (name, key) in new[] { ("EC", forge.EcKey()), ("RSA", forge.RsaKey()) })
        {
            yield return ($"the {name} key in JWK", Text(key.ToJsonString()));
            yield return ($"the {name} key in JWK without an id", Text(Without(key, "kid").ToJsonString()));
        }

        yield return ("the modulus", rsa.Modulus!);
        yield return ("the modulus in Base64", Text(Convert.ToBase64String(rsa.Modulus!)));
        yield return ("the modulus in base64url", Text(forge.RsaKey()["n"]!.GetValue<string>()));
        yield return ("the modulus in hexadecimal", Text(Convert.ToHexString(rsa.Modulus!)));
        yield return ("x", ec.X!);
        yield return ("x in base64url", Text(forge.EcKey()["x"]!.GetValue<string>()));
        yield return ("x and y", point);
        yield return ("the point", [4, .. point]);
        yield return ("the key set", Text(forge.KeySet()));
        yield return ("nothing", []);
        yield return ("a zero", [0]);
        yield return ("32 zeros", new byte[32]);
        yield return ("the issuer's name", Text(TokenForge.Issuer));
        yield return ("the word secret", Text("secret"));
    }

    private static string Header(string algorithm, string? id)
    {
        var header = new JsonObject { ["alg"] = algorithm };
        if (id is not null)
        {
            header["kid"] = id;
        }

        return header.ToJsonString();
    }

    private static JsonObject Without(JsonObject key, string name)
    {
        key.Remove(name);
        return key;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
