using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

/// <summary>A photo tells where its pictures are to be had: at the CDN, or else from the store.</summary>
public class PhotoLinkTests(CloudFixture cloud)
{
    private const string Distribution = "https://d111111abcdef8.cloudfront.net";

    [Fact]
    public async Task A_photo_is_linked_once_its_object_is_there()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        Assert.Null((await PhotoAsync(client, ticket)).GetProperty("url").GetString());
        await ApiClient.PutAsync(ticket, bytes);
        var photo = await client.UntilAsync(ticket, "processing");

        using var http = new HttpClient();
        var served = await http.GetByteArrayAsync(
            photo.GetProperty("url").GetString(), TestContext.Current.CancellationToken);

        Assert.Equal(bytes, served);
        Assert.Equal((JsonValueKind.Null, 0),
            (photo.GetProperty("cdn_url").ValueKind, photo.GetProperty("thumbnails").GetArrayLength()));
    }

    [Fact]
    public async Task Where_positions_are_to_go_only_the_copy_is_linked()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await UploadedAsync(client, new { scrub_gps = true });
        Assert.Contains("/public/", photo.GetProperty("url").GetString());

        await cloud.RowAsync("update photos set s3_key_public = null where id = $1", Id(photo));

        Assert.Null((await PhotoAsync(client, photo)).GetProperty("url").GetString());
    }

    [Fact]
    public async Task What_the_CDN_has_is_linked_there_and_what_it_has_not_says_why()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await UploadedAsync(client);
        const string Url = "https://ik.example/photolambda/1.jpg";
        await cloud.RowAsync("update photos set cdn_url = $2 where id = $1", Id(photo), Url);
        var there = await PhotoAsync(client, photo);
        await cloud.RowAsync(
            "update photos set cdn_url = null, cdn_error = 'too large' where id = $1", Id(photo));
        var missing = await PhotoAsync(client, photo);

        Assert.Equal((Url, Url), (there.GetProperty("url").GetString(), there.GetProperty("cdn_url").GetString()));
        Assert.Equal("too large", missing.GetProperty("cdn_error").GetString());
        Assert.Contains("X-Amz-Signature=", missing.GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_private_distribution_gets_signed_links_in_lists_too()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await UploadedAsync(client);
        using var key = RSA.Create(2048);
        const string Url = $"{Distribution}/a/b.jpg";
        await cloud.RowAsync("update photos set cdn_url = $2 where id = $1", Id(photo), Url);
        await using var api = await LoneUploadUrl.StartAsync(cloud, cloud.Cloud.Database.Api,
            ("PHOTOLAMBDA_CLOUDFRONT_URL", Distribution),
            ("PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID", "K1"),
            // As a variable of one line has it.
            ("PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY",
                key.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)));

        var list = await api.GetAsync("/api/v1/photos", client.Http.DefaultRequestHeaders.Authorization!.Parameter);
        var signed = new Uri(JsonSerializer.Deserialize<JsonElement>(list.Body).GetProperty("items")[0].GetProperty("url").GetString()!);

        var query = HttpUtility.ParseQueryString(signed.Query);
        Assert.Equal((Url, "K1"), (signed.GetLeftPart(UriPartial.Path), query["Key-Pair-Id"]));
        var expires = DateTimeOffset.FromUnixTimeSeconds(long.Parse(query["Expires"]!));
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        var policy = $$$$"""
            {"Statement":[{"Resource":"{{{{Url}}}}","Condition":{"DateLessThan":{"AWS:EpochTime":{{{{query["Expires"]}}}}}}}]}
            """;
        var signature = Convert.FromBase64String(
            query["Signature"]!.Replace('-', '+').Replace('_', '=').Replace('~', '/'));
        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes(policy), signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task Thumbnails_are_linked_with_their_sizes()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await UploadedAsync(client);
        var key = $"thumbnails/{Id(photo)}.160.webp";
        using var s3 = cloud.S3();
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = cloud.DerivedBucket, Key = key, ContentBody = "small" },
            TestContext.Current.CancellationToken);
        await cloud.RowAsync("update photos set thumbnails = $2::text::jsonb where id = $1", Id(photo),
            $$"""[{"key": "{{key}}", "width": 160, "height": 120, "mime_type": "image/webp"}]""");

        var thumbnail = (await PhotoAsync(client, photo)).GetProperty("thumbnails")[0];

        Assert.Equal((160, 120, "image/webp"), (thumbnail.GetProperty("width").GetInt32(),
            thumbnail.GetProperty("height").GetInt32(), thumbnail.GetProperty("mime_type").GetString()));
        using var http = new HttpClient();
        using var answer = await http.GetAsync(
            thumbnail.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "image/webp"),
            (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
    }

    [Fact]
    public async Task A_transcript_is_told_with_the_end_of_a_sound()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = await UploadedAsync(client);
        await cloud.RowAsync("update photos set kind = 'audio' where id = $1", Id(photo));

        var (status, sound) = await client.SendAsync(HttpMethod.Patch, $"/api/v1/photos/{Id(photo)}/status",
            new { status = "completed", transcript = "Ahoy\nthere" });

        Assert.Equal((HttpStatusCode.OK, "Ahoy\nthere"), (status, sound.GetProperty("transcript").GetString()));
    }

    private static Guid Id(JsonElement photo) => photo.GetProperty("id").GetGuid();

    private static async Task<JsonElement> UploadedAsync(ApiClient client, object? policy = null)
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(policy), bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        return await client.UntilAsync(ticket, "processing");
    }

    private static async Task<JsonElement> PhotoAsync(ApiClient client, JsonElement photo) =>
        (await client.SendAsync(HttpMethod.Get, "/api/v1/photos/"
            + (photo.TryGetProperty("photo_id", out var id) ? id : photo.GetProperty("id")).GetString())).Body;
}
