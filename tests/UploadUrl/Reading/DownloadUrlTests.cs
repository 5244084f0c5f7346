using System.Globalization;
using System.Net;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.WebUtilities;
using PhotoLambda.Aws;
using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>A download URL gives one object, as what it is, and for as long as it was asked for.</summary>
[AnyFlavor]
public class DownloadUrlTests(CloudFixture cloud)
{
    [Fact]
    public async Task An_image_opens_in_the_browser_with_its_type_and_name()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Png(length: 4096);
        var id = await UploadedAsync(client, bytes, "image/png");
        await cloud.RowAsync("update photos set file_name = $2 where id = $1", id, "Grüße \"100%\" 船.png");

        var link = await LinkAsync(client, id, "");
        using var answer = await GetAsync(link);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal(("inline", "Grüße \"100%\" 船.png"), (disposition.DispositionType, disposition.FileNameStar));
        Assert.Equal("Gr__e _100__ _.png", disposition.FileName);
        Assert.Equal((24 * 3600, "image/png"),
            (link.GetProperty("expires_in_seconds").GetInt32(), link.GetProperty("content_type").GetString()));
    }

    [Theory]
    [InlineData("image/jpeg", "inline")]
    [InlineData("image/webp", "inline")]
    [InlineData("image/gif", "inline")]
    [InlineData("image/avif", "inline")]
    [InlineData("image/heic", "inline")]
    [InlineData("image/svg+xml", "attachment")]
    [InlineData("text/html", "attachment")]
    [InlineData("audio/mpeg", "attachment")]
    [InlineData(null, "attachment")]
    public async Task Only_raster_images_open_in_the_browser(string? type, string disposition)
    {
        using var client = await cloud.NewOrganizationAsync();
        var id = await UploadedAsync(client, ImageBuilder.Jpeg(length: 4096));
        await cloud.RowAsync("update photos set content_type = $2 where id = $1", id, (object?)type ?? DBNull.Value);

        using var answer = await GetAsync(await LinkAsync(client, id, "?variant=original"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type ?? "application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(disposition, answer.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Theory]
    [InlineData("thumbnail", "a/thumb.webp", "image/webp", "inline", "photo-thumbnail.webp")]
    [InlineData("visualization", "b/viz.svg", "application/octet-stream", "attachment", "photo-visualization.svg")]
    public async Task What_was_made_of_a_photo_is_downloaded_by_its_own_key(
        string variant, string key, string type, string disposition, string name)
    {
        using var client = await cloud.NewOrganizationAsync();
        var id = await UploadedAsync(client, ImageBuilder.Jpeg(length: 4096));
        key = $"{id}/{key}";
        using var s3 = cloud.S3();
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = cloud.DerivedBucket, Key = key, ContentBody = variant },
            TestContext.Current.CancellationToken);
        await cloud.RowAsync(
            $"update photos set s3_key_{variant} = $2, s3_bucket_visualization = $3 where id = $1",
            id, key, cloud.DerivedBucket);

        using var answer = await GetAsync(await LinkAsync(client, id, $"?variant={variant}"));

        Assert.Equal(variant, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal((disposition, name), (answer.Content.Headers.ContentDisposition!.DispositionType,
            answer.Content.Headers.ContentDisposition.FileNameStar));
    }

    [Theory]
    [InlineData("thumbnail")]
    [InlineData("visualization")]
    public async Task A_variant_that_nobody_made_is_not_found(string variant)
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);

        await RefusedAsync(client, Id(ticket), $"?variant={variant}", HttpStatusCode.NotFound, "variant-not-found");
    }

    [Fact]
    public async Task A_photo_that_was_not_uploaded_has_no_original()
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);

        await RefusedAsync(client, Id(ticket), "", HttpStatusCode.Conflict, "not-uploaded");
        await cloud.RowAsync("update photos set status = 'failed' where id = $1", Id(ticket));
        await RefusedAsync(client, Id(ticket), "", HttpStatusCode.Conflict, "not-uploaded");
    }

    [Theory]
    [InlineData("variant=small", "variant", "original, thumbnail or visualization")]
    [InlineData("expires_in_hours=0", "expires_in_hours", "1 to 168")]
    [InlineData("expires_in_hours=169", "expires_in_hours", "1 to 168")]
    [InlineData("expires_in_hours=1.5", "expires_in_hours", "1 to 168")]
    public async Task A_bad_parameter_is_named_with_its_limit(string query, string field, string limit)
    {
        using var client = await cloud.NewOrganizationAsync();

        var (status, problem) = await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos/{Guid.NewGuid()}/download-url?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(limit, error.GetProperty("limit").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(168)]
    public async Task A_URL_ends_after_the_hours_that_were_asked_for(int hours)
    {
        var file = new StoredFile(cloud.Bucket, $"expiry/{Guid.NewGuid()}.jpg", "a.jpg", "image/jpeg");
        using var s3 = cloud.S3();
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = file.Bucket, Key = file.Key, ContentBody = "x" },
            TestContext.Current.CancellationToken);
        var ends = DateTimeOffset.UtcNow.AddHours(-hours);

        using var good = await GetAsync(Signer(ends.AddMinutes(1)).Sign(file, TimeSpan.FromHours(hours)));
        using var late = await GetAsync(Signer(ends.AddMinutes(-1)).Sign(file, TimeSpan.FromHours(hours)));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (good.StatusCode, late.StatusCode));
    }

    [Theory]
    [InlineData("plain.jpg")]
    [InlineData("a folder/ä+b (1).jpg")]
    public void A_URL_is_signed_as_the_SDK_signs_it(string key)
    {
        using var s3 = cloud.S3();
        var file = new StoredFile(cloud.Bucket, key, "ä +1.jpg", "image/jpeg");
        var request = new GetPreSignedUrlRequest
        {
            BucketName = cloud.Bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Protocol = Protocol.HTTP,
            ResponseHeaderOverrides = { ContentType = file.ContentType, ContentDisposition = file.Disposition },
        };
        var theirs = SdkPresign.Query(s3, request, TimeSpan.FromHours(24));
        var time = DateTimeOffset.ParseExact(theirs["X-Amz-Date"].ToString(), "yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        var ours = QueryHelpers.ParseQuery(new Uri(Signer(time).Sign(file, TimeSpan.FromHours(24))).Query);

        Assert.Equal(theirs.OrderBy(p => p.Key), ours.OrderBy(p => p.Key));
    }

    private static Guid Id(JsonElement ticket) => ticket.GetProperty("photo_id").GetGuid();

    private static async Task<JsonElement> LinkAsync(ApiClient client, Guid id, string query)
    {
        var (status, link) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/download-url{query}");
        Assert.Equal(HttpStatusCode.OK, status);
        return link;
    }

    private static Task<HttpResponseMessage> GetAsync(JsonElement link) =>
        GetAsync(link.GetProperty("url").GetString()!);

    private static async Task<HttpResponseMessage> GetAsync(string url)
    {
        using var http = new HttpClient();
        return await http.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    private static async Task RefusedAsync(ApiClient client, Guid id, string query, HttpStatusCode expected, string type)
    {
        var (status, problem) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/download-url{query}");
        Assert.Equal(expected, status);
        Assert.Equal("urn:photolambda:problem:" + type, problem.GetProperty("type").GetString());
    }

    private static async Task<Guid> UploadedAsync(ApiClient client, byte[] bytes, string type = "image/jpeg")
    {
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes, type);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        await client.UntilAsync(ticket, "processing");
        return Id(ticket);
    }

    private DownloadSigner Signer(DateTimeOffset time) => new(
        AwsEnvironment.Read(cloud.Settings("UploadUrlFunction").GetValueOrDefault), new FixedTime(time));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
