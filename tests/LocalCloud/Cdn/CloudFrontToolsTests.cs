using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What AWS's own command line signs for CloudFront is good here.</summary>
public class CloudFrontToolsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_command_line_signs_a_URL()
    {
        await using var cdn = await CdnServer.StartAsync();
        await cdn.PutObjectAsync("originals", "o/a.jpg", "original");
        using var key = RSA.Create(2_048);
        await cdn.RegisterAsync("K1", key.ExportSubjectPublicKeyInfoPem());
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, key.ExportRSAPrivateKeyPem(), Stop);

            var url = await AwsTools.AwsAsync(
                cdn.Url.AbsoluteUri, "cloudfront", "sign", "--url", cdn.Distribution + "o/a.jpg?size=large",
                "--key-pair-id", "K1", "--private-key", "file://" + file,
                "--date-less-than", DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ"));

            Assert.Equal((200, "original"), await cdn.GetAsync(url.Trim()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_command_line_asks_for_an_invalidation()
    {
        await using var cdn = await CdnServer.StartAsync();

        var answer = JsonSerializer.Deserialize<JsonElement>(await AwsTools.AwsAsync(
            cdn.Url.AbsoluteUri, "cloudfront", "create-invalidation", "--output", "json",
            "--distribution-id", "EDFDVBD6EXAMPLE", "--paths", "/o/a.jpg", "/public/*"));

        var made = answer.GetProperty("Invalidation");
        Assert.Equal("Completed", made.GetProperty("Status").GetString());
        Assert.Equal(2, made.GetProperty("InvalidationBatch").GetProperty("Paths").GetProperty("Quantity").GetInt32());
        var list = (await cdn.GetAsync(cdn.Distribution + "invalidations")).Body;
        Assert.Contains(made.GetProperty("Id").GetString()!, list, StringComparison.Ordinal);
    }
}
