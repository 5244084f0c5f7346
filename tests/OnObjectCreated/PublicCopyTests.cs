using System.Net;
using System.Text.Json;
using PhotoLambda.Metadata.Scrubbing;

namespace PhotoLambda.Tests;

/// <summary>In a project that wants it, a link gives a file without positions, or there is no link.</summary>
public class PublicCopyTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/png")]
    [InlineData("image/webp")]
    [InlineData("image/heic")]
    public async Task A_link_gives_the_copy_and_the_original_stays(string type)
    {
        using var client = await cloud.NewOrganizationAsync();
        var original = FileOf(type);
        var (id, photo) = await UploadAsync(client, original, type);

        var link = await LinkAsync(client, id);
        var copy = await GetAsync(link);

        Assert.Contains("/public/", link.GetProperty("url").GetString());
        Assert.Equal(type, link.GetProperty("content_type").GetString());
        Assert.Equal("photo.jpg", link.GetProperty("file_name").GetString());
        Assert.Equal(original.Length, copy.Length);
        var folder = TemporaryFolder.New();
        foreach (var (name, bytes) in new[] { ("original", original), ("copy", copy) })
        {
            // ExifTool looks at the content of files whose name is that of some picture's.
            await File.WriteAllBytesAsync(
                Path.Combine(folder, name + ".jpg"), bytes, TestContext.Current.CancellationToken);
        }

        var positions = await PositionFinder.PositionsAsync(folder);
        Assert.Equal((true, ""), (positions["original.jpg"].Contains("GPS"), positions["copy.jpg"]));
        var key = photo.GetProperty("s3_url").GetString()!.Split('/', 4)[3];
        Assert.Equal(original, await ObjectAsync(cloud.Bucket, key));
        TemporaryFolder.Delete(folder);
    }

    [Fact]
    public async Task A_link_never_gives_what_was_put_in_its_place()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { scrub_gps = true });
        var clean = ImageBuilder.Jpeg(exif: new ExifBuilder().Ascii(0x010F, "PhotoLambda").Build(), length: 20_000);
        clean = WithoutFill(clean);
        var photo = await StoredPhoto.NewAsync(cloud, client, project, clean);
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        var link = await LinkAsync(client, photo.Id);

        await photo.PutAsync(cloud, FileOf("image/jpeg"));

        Assert.Equal(clean, await GetAsync(link));
        Assert.Equal(clean, await GetAsync(await LinkAsync(client, photo.Id)));
    }

    [Fact]
    public async Task A_file_that_nobody_can_vouch_for_has_no_link()
    {
        using var client = await cloud.NewOrganizationAsync();
        var good = WithoutFill(FileOf("image/jpeg"));
        byte[] stray = [.. good[..2], 0, 0, 0, .. good[2..]];
        // The reader and everybody else pass over what is stray.
        stray[2] = 0xFF;
        stray[3] = 0xFF;
        stray[4] = 1;
        var (id, _) = await UploadAsync(client, stray, "image/jpeg", ["processing", "failed"]);

        await RefusedAsync(client, id);
    }

    [Fact]
    public async Task A_photo_that_came_before_the_wish_has_no_link()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var bytes = FileOf("image/jpeg");
        var ticket = await client.NewTicketAsync(project, bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        await client.UntilAsync(ticket, "processing");
        var id = ticket.GetProperty("photo_id").GetGuid();
        Assert.Equal(bytes, await GetAsync(await LinkAsync(client, id)));

        await client.SendAsync(
            HttpMethod.Patch, $"/api/v1/projects/{project}", new { policy = new { scrub_gps = true } });

        await RefusedAsync(client, id);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_stored_lets_the_event_come_again()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { scrub_gps = true });
        var photo = await StoredPhoto.NewAsync(cloud, client, project, FileOf("image/jpeg"), "image/jpeg");
        await using var store = await ForwardingStore.StartAsync(cloud, refused: "/public/");
        await using (var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address)))
        {
            var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
            Assert.Equal(["m1"], LoneOnObjectCreated.Failures(answer));
        }

        Assert.Equal("pending_upload", await photo.StatusAsync(cloud));
        await using var again = await LoneOnObjectCreated.StartAsync(cloud);
        Assert.Empty(LoneOnObjectCreated.Failures(
            await again.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())))));
        Assert.Equal([$"public/{photo.Key}"], await cloud.RowAsync(
            "select s3_key_public from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task A_deleted_photo_leaves_neither_copy_nor_thumbnail()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, photo) = await UploadAsync(client, FileOf("image/jpeg"), "image/jpeg");
        var key = photo.GetProperty("s3_url").GetString()!.Split('/', 4)[3];
        (string Bucket, string Key)[] objects =
        [
            (cloud.Bucket, key),
            (cloud.DerivedBucket, $"public/{key}"),
            (cloud.DerivedBucket, $"thumbnails/{key}.jpg"),
        ];
        foreach (var made in objects)
        {
            Assert.NotEmpty(await ObjectAsync(made.Bucket, made.Key));
        }

        var (status, _) = await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{id}");

        Assert.Equal(HttpStatusCode.NoContent, status);
        foreach (var gone in objects)
        {
            await Assert.ThrowsAnyAsync<Amazon.S3.AmazonS3Exception>(() => ObjectAsync(gone.Bucket, gone.Key));
        }
    }

    [Fact]
    public async Task A_photo_deleted_while_it_is_read_is_deleted_again()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { scrub_gps = true });
        var photo = await StoredPhoto.NewAsync(cloud, client, project, FileOf("image/jpeg"));
        // Nothing can come by its ticket any more, so that the deletion is finished at once.
        await cloud.RowAsync("update photos set expires_at = now() - interval '1 hour' where id = $1", photo.Id);
        await using var store = await ForwardingStore.StartAsync(cloud, before: async http =>
        {
            if (http.Request.Path.Value!.Contains("/public/", StringComparison.Ordinal))
            {
                await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{photo.Id}");
            }
        });
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        // Now, or after another sweep of these very moments, it is finished by a sweep.
        Assert.Equal([true], await cloud.RowAsync(
            "select finished_at is null or attempts > 1 from deletions where photo_id = $1", photo.Id));
    }

    [Fact]
    public async Task Too_large_a_file_has_no_link()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { scrub_gps = true });
        var bytes = new byte[GpsScrub.MaxBytes + 1];
        ImageBuilder.Jpeg(exif: ExifBuilder.Camera()).CopyTo(bytes, 0);
        // The row waits for a file of a multipart upload, whose size nobody declared.
        var photo = await StoredPhoto.NewAsync(cloud, client, project, FileOf("image/jpeg"), "image/jpeg");
        using var s3 = cloud.S3();
        var put = await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = photo.Bucket,
            Key = photo.Key,
            ContentType = "image/jpeg",
            InputStream = new MemoryStream(bytes),
        }, TestContext.Current.CancellationToken);
        await cloud.RowAsync("update photos set declared_size_bytes = $2 where id = $1", photo.Id, bytes.LongLength);
        photo = photo with { ETag = put.ETag.Trim('"'), Size = bytes.Length };
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);

        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Equal(["processing", null], await cloud.RowAsync(
            "select status, s3_key_public from photos where id = $1", photo.Id));
        await RefusedAsync(client, photo.Id);
    }

    private static byte[] FileOf(string type)
    {
        var block = ScrubFiles.FullBlock();
        return type switch
        {
            "image/jpeg" => ImageBuilder.Jpeg(640, 480, block, length: 20_000),
            "image/png" => ImageBuilder.Png(exif: block, length: 20_000),
            "image/webp" => ScrubFiles.WebP(block),
            _ => ScrubFiles.RealHeif(),
        };
    }

    /// <summary>Comments of noise may speak of anything.</summary>
    private static byte[] WithoutFill(byte[] jpeg)
    {
        for (var at = jpeg.Length; (at = jpeg.AsSpan(0, at).LastIndexOf([(byte)0xFF, (byte)0xFE])) >= 0;)
        {
            var length = (jpeg[at + 2] << 8) | jpeg[at + 3];
            jpeg.AsSpan(at + 4, length - 2).Fill((byte)'x');
        }

        return jpeg;
    }

    private static async Task<(Guid Id, JsonElement Photo)> UploadAsync(
        ApiClient client, byte[] bytes, string type, string[]? until = null)
    {
        var project = await client.NewProjectAsync(new { allowed_types = new[] { type }, scrub_gps = true });
        var ticket = await client.NewTicketAsync(project, bytes, type);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        return (ticket.GetProperty("photo_id").GetGuid(), await client.UntilAsync(ticket, until ?? ["processing"]));
    }

    private static async Task<JsonElement> LinkAsync(ApiClient client, Guid id)
    {
        var (status, link) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/download-url");
        Assert.Equal(HttpStatusCode.OK, status);
        return link;
    }

    private static async Task RefusedAsync(ApiClient client, Guid id)
    {
        var (status, problem) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/download-url");
        Assert.Equal((HttpStatusCode.Conflict, "urn:photolambda:problem:not-scrubbed"),
            (status, problem.GetProperty("type").GetString()));
    }

    private static async Task<byte[]> GetAsync(JsonElement link)
    {
        using var http = new HttpClient();
        return await http.GetByteArrayAsync(
            link.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
    }

    private async Task<byte[]> ObjectAsync(string bucket, string key)
    {
        using var s3 = cloud.S3();
        using var item = await s3.GetObjectAsync(bucket, key, TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await item.ResponseStream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
