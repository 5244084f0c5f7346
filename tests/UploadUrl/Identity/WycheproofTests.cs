using System.Text.Json;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>The JSON Web Signature vectors of github.com/C2SP/wycheproof.</summary>
public class WycheproofTests
{
    // Keys for algorithms that PhotoLambda does not accept: it offers one hash, and one curve. (ES521 is the file's.)
    private static readonly string[] NotOffered = ["RS384", "RS512", "PS384", "PS512", "ES521"];

    // Where this verifier and the file differ by intent.
    private static readonly Dictionary<int, string> Differences = new()
    {
        [346] = "valid in the file, but a PS384 token for a key that is for PS256",
        [350] = "valid in the file, but a PS384 token for a key that is for PS256",
        [367] = "invalid in the file, but the same bytes as the valid 357",
        [370] = "invalid in the file, but the same bytes as the valid 357",
        [372] = "valid in the file, but with a question mark inside base64url",
        [373] = "valid in the file, but with a question mark inside base64url",
    };

    [Fact]
    public void Each_signature_vector_is_judged_as_expected()
    {
        var folder = Environment.GetEnvironmentVariable("WYCHEPROOF_DIR") ?? FindFolder();
        var path = Path.Combine(folder ?? "", "json_web_signature_test.json");
        Missing.SkipUnless(File.Exists(path), "The Wycheproof vectors are not here: set WYCHEPROOF_DIR.");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(path));
        var (judged, different) = (0, new List<int>());

        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var (key, offered) = Key(group);
            foreach (var vector in group.GetProperty("tests").EnumerateArray())
            {
                judged++;
                var expected = offered && vector.GetProperty("result").GetString() == "valid";
                if (Verifies(key, vector.GetProperty("jws").ToString()) != expected)
                {
                    different.Add(vector.GetProperty("tcId").GetInt32());
                }
            }
        }

        Assert.Equal(401, judged);
        Assert.Equal(Differences.Keys.Order(), different.Order());
    }

    private static (VerificationKey? Key, bool Offered) Key(JsonElement group)
    {
        if (!group.TryGetProperty("public", out var published))
        {
            var secret = group.GetProperty("private").GetProperty("k").GetString();
            return (VerificationKey.OfSecret(StrictBase64Url.Decode(secret)!), true);
        }

        var offered = !NotOffered.Contains(published.Text("alg"));
        return (JsonWebKey.Read(published, out _), offered);
    }

    private static bool Verifies(VerificationKey? key, string jws) =>
        key is not null && CompactToken.Read(jws, out var token) is null
        && key.Fits(token!.Algorithm, null) && key.Verifies(token);

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
