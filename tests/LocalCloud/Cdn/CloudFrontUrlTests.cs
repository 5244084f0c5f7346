using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace PhotoLambda.Tests;

/// <summary>A signed URL opens the object it was signed for, as long as it was signed for.</summary>
public sealed class CloudFrontUrlTests
{
    // Once for all: making one takes longer than any of these tests.
    private static readonly RSA Key = RSA.Create(2_048);
    private static readonly RSA Other = RSA.Create(2_048);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_of_both_buckets_are_served()
    {
        await using var cdn = await StartAsync();
        await cdn.PutObjectAsync("originals", "o/a%20b.jpg", "original");
        await cdn.PutObjectAsync("made", "public/a.jpg", "public");
        await cdn.PutObjectAsync("made", "thumbnails/a.webp", "thumbnail");

        Assert.Equal((200, "original"), await cdn.GetAsync(Sign(cdn, "o/a%20b.jpg")));
        Assert.Equal((200, "public"), await cdn.GetAsync(Sign(cdn, "public/a.jpg?size=large&color=red")));
        using var request = new HttpRequestMessage(HttpMethod.Get, Sign(cdn, "thumbnails/a.webp"));
        request.Headers.Range = new(2, 4);
        using var answer = await cdn.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("umb", await answer.Content.ReadAsStringAsync(Stop));
        IsRefused(await cdn.GetAsync(Sign(cdn, "o/missing.jpg")), 404, "NoSuchKey");
    }

    [Fact]
    public async Task Both_hashes_that_CloudFront_knows_will_do()
    {
        await using var cdn = await StartAsync();
        await cdn.PutObjectAsync("originals", "a.jpg", "a");

        var good = await cdn.GetAsync(Sign(cdn, "a.jpg", hash: HashAlgorithmName.SHA256) + "&Hash-Algorithm=SHA256");
        var mixed = await cdn.GetAsync(Sign(cdn, "a.jpg") + "&Hash-Algorithm=SHA256");
        var unknown = await cdn.GetAsync(Sign(cdn, "a.jpg") + "&Hash-Algorithm=MD5");

        Assert.Equal(200, good.Status);
        IsRefused(mixed, 403, "AccessDenied");
        IsRefused(unknown, 403, "AccessDenied");
    }

    [Fact]
    public async Task A_URL_is_good_until_its_time()
    {
        await using var cdn = await StartAsync();
        await cdn.PutObjectAsync("originals", "a.jpg", "a");
        var url = Sign(cdn, "a.jpg");

        cdn.Clock.Offset = TimeSpan.FromMinutes(59);
        Assert.Equal(200, (await cdn.GetAsync(url)).Status);
        cdn.Clock.Offset = TimeSpan.FromMinutes(61);
        IsRefused(await cdn.GetAsync(url), 403, "AccessDenied");
    }

    [Theory]
    [InlineData("a.jpg?", "b.jpg?", "AccessDenied")]
    [InlineData("Expires=", "Expires=9", "AccessDenied")]
    [InlineData("Expires=", "Expires=x", "AccessDenied")]
    [InlineData("Expires=", "Expires=1&Expires=", "AccessDenied")]
    [InlineData("Expires=", "size=large&Expires=", "AccessDenied")]
    [InlineData("Signature=", "Signature=AAAA", "AccessDenied")]
    [InlineData("Signature=", "Signature=.", "AccessDenied")]
    [InlineData("&Key-Pair-Id=K1", "", "MissingKey")]
    [InlineData("Key-Pair-Id=K1", "Key-Pair-Id=K2", "AccessDenied")]
    [InlineData("Key-Pair-Id=K1", "Key-Pair-Id=K3", "InvalidKey")]
    [InlineData("Expires=", "Policy=e30_&Expires=", "AccessDenied")]
    public async Task A_URL_that_was_changed_opens_nothing(string old, string changed, string code)
    {
        await using var cdn = await StartAsync();
        await cdn.PutObjectAsync("originals", "a.jpg", "a");
        await cdn.PutObjectAsync("originals", "b.jpg", "b");
        await cdn.RegisterAsync("K2", Other.ExportSubjectPublicKeyInfoPem());

        var url = Sign(cdn, "a.jpg");
        Assert.Equal(200, (await cdn.GetAsync(url)).Status);
        IsRefused(await cdn.GetAsync(url.Replace(old, changed, StringComparison.Ordinal)), 403, code);
    }

    [Fact]
    public async Task Keys_outlive_a_restart()
    {
        await using var cdn = await StartAsync();
        await cdn.PutObjectAsync("originals", "a.jpg", "a");

        cdn.Restart();

        Assert.Equal((200, "a"), await cdn.GetAsync(Sign(cdn, "a.jpg")));
    }

    [Fact]
    public async Task A_key_that_CloudFront_would_not_take_is_refused()
    {
        await using var cdn = await StartAsync();
        using var small = RSA.Create(1_024);
        async Task IsNamed(string field, Task<(int Status, string Body)> registration)
        {
            var (status, body) = await registration;
            Assert.Equal(400, status);
            Assert.Contains($"\"{field}\":[", body, StringComparison.Ordinal);
        }

        await IsNamed("id", cdn.RegisterAsync("", Key.ExportSubjectPublicKeyInfoPem()));
        await IsNamed("id", cdn.RegisterAsync("a/b", Key.ExportSubjectPublicKeyInfoPem()));
        await IsNamed("public_key", cdn.RegisterAsync("K3", "key"));
        await IsNamed("public_key", cdn.RegisterAsync("K3", Key.ExportPkcs8PrivateKeyPem()));
        await IsNamed("public_key", cdn.RegisterAsync("K3", small.ExportSubjectPublicKeyInfoPem()));
        await IsNamed("public_key", cdn.RegisterAsync(
            "K3", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
    }

    private static void IsRefused((int Status, string Body) answer, int status, string code)
    {
        Assert.Equal(status, answer.Status);
        var error = XElement.Parse(answer.Body);
        Assert.Equal(("Error", code), (error.Name.LocalName, error.Element("Code")?.Value));
        Assert.NotEmpty(error.Element("Message")!.Value);
    }

    private static async Task<CdnServer> StartAsync()
    {
        var cdn = await CdnServer.StartAsync();
        var (status, body) = await cdn.RegisterAsync("K1", Key.ExportSubjectPublicKeyInfoPem());
        Assert.True(status == 201, body);
        return cdn;
    }

    /// <summary>For an hour.</summary>
    private static string Sign(CdnServer cdn, string key, HashAlgorithmName? hash = null)
    {
        var url = cdn.Distribution + key;
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var policy = """{"Statement":[{"Resource":"URL","Condition":{"DateLessThan":{"AWS:EpochTime":0}}}]}"""
            .Replace("URL", url, StringComparison.Ordinal).Replace(":0}", $":{expires}}}", StringComparison.Ordinal);
        var signature = Convert.ToBase64String(Key.SignData(
            Encoding.UTF8.GetBytes(policy), hash ?? HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
        return $"{url}{(url.Contains('?') ? '&' : '?')}Expires={expires}"
            + $"&Signature={signature.Replace('+', '-').Replace('=', '_').Replace('/', '~')}&Key-Pair-Id=K1";
    }
}
