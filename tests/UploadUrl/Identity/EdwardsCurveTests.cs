using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>EdDSA (RFC 8037) is for the day on which the platform has it.</summary>
public sealed class EdwardsCurveTests
{
    // The key of RFC 8037, A.1, and the signed text of A.4.
    private const string Published = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    private const string Signed =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signature_on_an_Edwards_curve_is_refused_by_its_name()
    {
        var clock = new IdentityClock();
        var forge = new TokenForge(clock);
        var key = new JsonObject { ["kty"] = "OKP", ["crv"] = "Ed25519", ["x"] = Published };
        await using var issuer = await KeySetServer.StartAsync(TokenForge.KeySet(forge.EcKey(), key));
        await using var api = await GuardedApi.StartAsync(GuardedApi.Options(issuer.Url), clock);

        using var answer = await api.MeAsync(Signed, Cancel);
        // Beside a key that is not understood, the others serve.
        using var other = await api.MeAsync(forge.Token(), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("algorithm:", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    /// <summary>Where this fails, the platform has the curve, and EdDSA can be accepted.</summary>
    [Fact]
    public void The_platform_offers_no_Edwards_curve()
    {
        var offered = typeof(ECDsa).Assembly.GetExportedTypes().Select(t => t.Name).Where(
            n => n.Contains("Ed25519", StringComparison.OrdinalIgnoreCase)
                || n.Contains("EdDsa", StringComparison.OrdinalIgnoreCase));

        Assert.Empty(offered);
        Assert.Throws<PlatformNotSupportedException>(() => ECDsa.Create(ECCurve.CreateFromValue("1.3.101.112")));
    }
}
