using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PhotoLambda.Cdn;

namespace PhotoLambda.Tests;

/// <summary>CloudFront in front of the buckets: proof by a signed URL, an invalidation for what is deleted.</summary>
public sealed class CloudFrontTests(CloudFixture cloud) : IDisposable
{
    private static readonly RSA Rsa = RSA.Create(2048);

    private readonly HttpClient _http = new();
    private readonly string _keyId = "K" + Guid.NewGuid().ToString("N");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Url => new Uri(cloud.Cloud.Api, "/_local/cloudfront").AbsoluteUri;

    [Fact]
    public async Task A_photo_is_published_once_a_signed_url_reaches_it()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await RegisterAsync();
        var (photo, key) = await AddAsync(stage);
        await using var function = await stage.AnotherAsync(Settings());

        Assert.Equal("", await function.InvokeAsync([CdnStage.Message(photo)]));

        var url = Assert.Single(await stage.Database.RowsAsync("select cdn_url from photos"));
        Assert.Equal($"{Url}/{key.Replace(" ", "%20", StringComparison.Ordinal)}", url);
        using var signer = new CloudFrontSigner(_keyId, Rsa.ExportPkcs8PrivateKeyPem());
        var signed = signer.Sign(url, DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(CdnStage.Content(7), await _http.GetByteArrayAsync(signed, Stop));
        using var refused = await _http.GetAsync(url, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Photos_of_one_content_have_assets_of_their_own()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await RegisterAsync();
        var (first, key) = await AddAsync(stage);
        var (second, _) = await AddAsync(stage);
        await using var function = await stage.AnotherAsync(Settings());
        Assert.Equal("", await function.InvokeAsync(new[] { first, second }.Select(CdnStage.Message)));
        await stage.DeleteAsync(first);
        var asset = Assert.Single(await stage.Database.RowsAsync(
            "select id from cdn_assets where status = 'deleting'"));

        Assert.Equal("", await function.InvokeAsync([$$"""{"delete": "{{asset}}"}"""]));

        Assert.Equal(["published"], await stage.Database.RowsAsync("select status from cdn_assets"));
        var state = await _http.GetStringAsync($"{Url}/invalidations", Stop);
        var own = Assert.Single(
            JsonDocument.Parse(state).RootElement.GetProperty("invalidations").EnumerateArray(),
            i => i.GetProperty("caller_reference").GetString() == Guid.Parse(asset).ToString("N"));
        Assert.Equal("E1", own.GetProperty("distribution_id").GetString());
        Assert.Equal(
            [$"/{key.Replace(" ", "%20", StringComparison.Ordinal)}"],
            own.GetProperty("paths").EnumerateArray().Select(p => p.GetString()));
    }

    [Fact]
    public async Task A_distribution_that_does_not_serve_a_photo_has_not_published_it()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var (photo, _) = await AddAsync(stage);
        await using var function = await stage.AnotherAsync(Settings());

        Assert.Equal("", await function.InvokeAsync([CdnStage.Message(photo)]));

        Assert.Equal([",CloudFront answered 403 to a signed URL: nothing"], await stage.Database.RowsAsync(
            "select cdn_url, cdn_error from photos"));
        // What was never published needs no invalidation.
        await stage.DeleteAsync(photo);
        var asset = Assert.Single(await stage.Database.RowsAsync("select id from cdn_assets"));
        Assert.Equal("", await function.InvokeAsync([$$"""{"delete": "{{asset}}"}"""]));
        Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
    }

    [Fact]
    public async Task An_invalidation_that_is_refused_is_asked_for_again()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync("""
            insert into cdn_assets (id, organization_id, provider, variant, content, status, file_id, url, due_at)
            values (gen_random_uuid(), 'o', 'cloudfront', 'original', 'c', 'deleting', 'a.jpg', 'u', now())
            """);
        var asset = Assert.Single(await stage.Database.RowsAsync("select id from cdn_assets"));
        await using var broken = await BrokenStore.StartAsync(403);
        await using var function = await stage.AnotherAsync(
            Settings(("AWS_ENDPOINT_URL_CLOUDFRONT", broken.Address)));

        Assert.Equal("", await function.InvokeAsync([$$"""{"delete": "{{asset}}"}"""]));

        Assert.Equal(["CloudFront answered 403 to the invalidation: nothing,1"], await stage.Database.RowsAsync(
            "select last_error, attempts from cdn_assets"));
    }

    public void Dispose() => _http.Dispose();

    private (string, string)[] Settings(params (string, string)[] changes) =>
    [
        ("PHOTOLAMBDA_CDN_PROVIDER", "cloudfront"), ("PHOTOLAMBDA_CLOUDFRONT_URL", Url),
        ("PHOTOLAMBDA_CLOUDFRONT_DISTRIBUTION_ID", "E1"), ("PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID", _keyId),
        // As a console that knows no lines leaves it.
        ("PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY",
            Rsa.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)),
        .. changes,
    ];

    private async Task RegisterAsync()
    {
        var key = JsonSerializer.Serialize(new { id = _keyId, public_key = Rsa.ExportSubjectPublicKeyInfoPem() });
        using var body = new StringContent(key, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync($"{Url}/keys", body, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>A photo of content 7 whose copy without positions is in the bucket that the distribution has.</summary>
    private async Task<(Guid Photo, string Key)> AddAsync(CdnStage stage)
    {
        var photo = Assert.Single(await stage.AddAsync([7]));
        var key = $"public/a folder/{photo}.png";
        await stage.Database.ExecuteAsync($"""
            update projects set scrub_gps = true;
            update photos set s3_bucket_derived = '{cloud.DerivedBucket}', s3_key_public = '{key}'
            where id = '{photo}'
            """);
        using var s3 = cloud.S3();
        await s3.PutObjectAsync(
            new Amazon.S3.Model.PutObjectRequest
            {
                BucketName = cloud.DerivedBucket,
                Key = key,
                InputStream = new MemoryStream(CdnStage.Content(7)),
            },
            Stop);
        return (photo, key);
    }
}
