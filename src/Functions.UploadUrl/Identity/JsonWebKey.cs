using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>Reads a public key from its JSON form (RFC 7517; RFC 7518, 6), strictly.</summary>
internal static class JsonWebKey
{
    private const int LeastRsaBits = 2048;

    // Verification time grows with the square of it.
    private const int MostRsaBits = 8192;

    // Every exponent in use fits; a huge one would make each verification as slow as a signature.
    private const int MostExponentBytes = 4;
    private const int P256Bytes = 32;

    /// <returns>Null if the key is not one that a token may be verified with, and then why.</returns>
    public static VerificationKey? Read(JsonElement key, out string? reason)
    {
        reason = key.ValueKind != JsonValueKind.Object ? "not an object" : Misused(key);
        if (reason is not null)
        {
            return null;
        }

        try
        {
            return key.Text("kty") switch
            {
                "RSA" => Rsa(key, out reason),
                "EC" => Ec(key, out reason),
                _ => Refuse("its kty is neither RSA nor EC", out reason),
            };
        }
        catch (CryptographicException invalid)
        {
            return Refuse(invalid.Message, out reason);
        }
    }

    private static string? Misused(JsonElement key)
    {
        if (key.TryGetProperty("use", out _) && key.Text("use") != "sig")
        {
            return "its use is not sig";
        }

        if (key.TryGetProperty("key_ops", out var operations)
            && (operations.ValueKind != JsonValueKind.Array || !operations.EnumerateArray().Any(
                o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"))))
        {
            return "its key_ops lack verify";
        }

        if (key.TryGetProperty("kid", out _) && key.Text("kid") is null)
        {
            return "its kid is not a text";
        }

        return key.TryGetProperty("d", out _) || key.TryGetProperty("k", out _)
            ? "a secret was published with it"
            : null;
    }

    private static VerificationKey? Rsa(JsonElement key, out string? reason)
    {
        if (Bytes(key, "n")?.AsSpan().TrimStart((byte)0).ToArray() is not { Length: > 0 } modulus
            || Bytes(key, "e")?.AsSpan().TrimStart((byte)0).ToArray() is not { Length: > 0 } exponent)
        {
            return Refuse("n or e is missing or malformed", out reason);
        }

        var bits = (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        if (bits is < LeastRsaBits or > MostRsaBits)
        {
            return Refuse($"it has {bits} bits", out reason);
        }

        if (exponent.Length > MostExponentBytes || exponent is [1] || (exponent[^1] & 1) == 0 || (modulus[^1] & 1) == 0)
        {
            return Refuse("n or e is not one of an RSA key", out reason);
        }

        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return Bind(
            key, [SignatureAlgorithm.Rs256, SignatureAlgorithm.Ps256], () => RSA.Create(parameters), out reason);
    }

    private static VerificationKey? Ec(JsonElement key, out string? reason)
    {
        if (key.Text("crv") != "P-256")
        {
            return Refuse("its curve is not P-256", out reason);
        }

        if (Bytes(key, "x") is not { Length: P256Bytes } x || Bytes(key, "y") is not { Length: P256Bytes } y)
        {
            return Refuse("x or y is missing or malformed", out reason);
        }

        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = x, Y = y } };
        // Made once here, since this is what finds a point that is not on the curve.
        ECDsa.Create(parameters).Dispose();
        return Bind(key, [SignatureAlgorithm.Es256], () => ECDsa.Create(parameters), out reason);
    }

    private static VerificationKey? Bind(
        JsonElement key, string[] possible, Func<IDisposable> open, out string? reason)
    {
        reason = null;
        if (!key.TryGetProperty("alg", out _))
        {
            return new(key.Text("kid"), possible, open);
        }

        return key.Text("alg") is { } named && possible.Contains(named)
            ? new(key.Text("kid"), [named], open)
            : Refuse("its alg is not accepted", out reason);
    }

    private static byte[]? Bytes(JsonElement key, string name) =>
        key.Text(name) is { } text ? StrictBase64Url.Decode(text) : null;

    private static VerificationKey? Refuse(string why, out string? reason)
    {
        reason = why;
        return null;
    }
}
