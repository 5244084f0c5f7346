using System.Text.Json;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>The vectors for JSON Web Signature, Key and Encryption of github.com/C2SP/wycheproof.</summary>
public class WycheproofTests
{
    private const string Signature = "json_web_signature_test.json";
    private const string Key = "json_web_key_test.json";
    private const string Crypto = "json_web_crypto_test.json";

    /// <summary>Where this verifier and the files differ, and why that is intended.</summary>
    private static readonly (string File, int[] Ids, string Reason)[] Deviations =
    [
        (Signature, [264, 265, 266, 267, 268, 269, 270, 271], "RS384 and RS512 are not accepted: one hash is offered"),
        (Signature, [320, 321, 322, 323, 325, 326, 327, 328], "PS384 and PS512 are not accepted: one hash is offered"),
        (Signature, [347, 351], "ES512 is not accepted: one curve is offered"),
        (Signature, [346, 350], "a PS384 token, for a key that says it is for PS256"),
        (Signature, [367, 370], "the same bytes as the valid 357"),
        (Signature, [372, 373], "a question mark inside base64url is no letter of it"),
        (Key, [2], "a secret in a set of keys is not used: what is published is no secret"),
        (Key, [7], "the issuer's own key is not searched for the weakness called ROCA"),
        (Key, [14, 15], "HS384 and HS512 are not accepted: one hash is offered"),
        (Crypto, [46], "the issuer's own key is not searched for the weakness called ROCA"),
        (Crypto, [48], "a secret in a set of keys is not used: what is published is no secret"),
        (Crypto, [50, 67], "encrypted tokens are not accepted"),
    ];

    [Theory]
    [InlineData(Signature, 401)]
    [InlineData(Key, 26)]
    [InlineData(Crypto, 83)]
    public void Each_vector_is_judged_as_expected_or_for_a_reason(string file, int count)
    {
        var folder = Environment.GetEnvironmentVariable("WYCHEPROOF_DIR") ?? FindFolder();
        var path = Path.Combine(folder ?? "", file);
        Missing.SkipUnless(File.Exists(path), "The Wycheproof vectors are not here: set WYCHEPROOF_DIR.");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(path));

        var judged = (
            from test in vectors.RootElement.GetProperty("testGroups").EnumerateArray()
            let keys = Keys(test)
            from vector in test.GetProperty("tests").EnumerateArray()
            let valid = vector.GetProperty("result").GetString() == "valid"
            select (Id: vector.GetProperty("tcId").GetInt32(), Valid: valid, Accepted: Accepts(keys, vector))).ToList();

        var different = judged.Where(j => j.Valid != j.Accepted).Select(j => j.Id).ToList();
        var listed = Deviations.Where(d => d.File == file).SelectMany(d => d.Ids).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{file}: {judged.Count} judged, {judged.Count(j => j.Accepted)} accepted, {different.Count} deviations");
        Assert.Equal(count, judged.Count);
        Assert.Empty(different.Except(listed));
        Assert.Empty(listed.Except(different));
    }

    /// <summary>A set as its issuer would publish it; a single secret as the one that is configured.</summary>
    private static List<VerificationKey> Keys(JsonElement test)
    {
        var json = test.TryGetProperty("public", out var published) ? published : test.GetProperty("private");
        var isSet = json.TryGetProperty("keys", out var set);
        var keys = isSet && set.EnumerateArray().ToList() is not [{ } single]
            ? set.EnumerateArray().Select(k => JsonWebKey.Read(k, out _))
            : [Single(isSet ? set[0] : json)];
        return [.. keys.OfType<VerificationKey>()];
    }

    private static VerificationKey? Single(JsonElement key) =>
        key.Text("kty") == "oct" && key.Text("alg") == "HS256"
        && key.Text("k") is { } text && StrictBase64Url.Decode(text) is { } secret
            ? secret.Length < BearerTokenOptions.LeastSecretBytes ? null : VerificationKey.OfSecret(secret)
            : JsonWebKey.Read(key, out _);

    private static bool Accepts(List<VerificationKey> keys, JsonElement vector)
    {
        var text = (vector.TryGetProperty("jws", out var jws) ? jws : vector.GetProperty("jwe")).ToString();
        // A configured secret has no id, and the ids of these tokens are not always those of their keys.
        return CompactToken.Read(text, out var token) is null
            && keys.Any(k => k.Fits(token!.Algorithm, null) && k.Verifies(token));
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PhotoLambda.sln")))
            {
                return Path.Combine(folder.FullName, "..", "shared", "vectors", "wycheproof");
            }
        }

        return null;
    }
}
