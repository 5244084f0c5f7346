using System.Net;

namespace PhotoLambda.Tests;

/// <summary>A project that asks for thumbnails has them in its sizes, as the photo is to be seen.</summary>
public class ThumbnailSizeTests(CloudFixture cloud)
{
    [Fact]
    public async Task Each_size_is_a_WebP_and_a_JPEG()
    {
        using var stage = await ThumbnailStage.ReadAsync(
            cloud, Jpeg(640, 480), "image/jpeg", 320, 160);

        var (status, key, thumbnails) = await stage.RowAsync();
        var at = $"thumbnails/{stage.Photo.Key}";
        Assert.Equal("processing", status);
        Assert.Equal(
            [
                ($"{at}.160.webp", 160, 120, "image/webp"), ($"{at}.160.jpg", 160, 120, "image/jpeg"),
                ($"{at}.320.webp", 320, 240, "image/webp"), ($"{at}.320.jpg", 320, 240, "image/jpeg"),
            ],
            thumbnails.Select(t => (t.GetProperty("key").GetString(), t.GetProperty("width").GetInt32(),
                t.GetProperty("height").GetInt32(), t.GetProperty("mime_type").GetString())));
        Assert.Equal($"{at}.160.jpg", key);
        Assert.All(await stage.PicturesAsync(), p => Assert.Equal("red green blue white", p.Pixels.Colours()));
        var (_, link) = await stage.Client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos/{stage.Photo.Id}/download-url?variant=thumbnail");
        using var http = new HttpClient();
        Assert.Equal(await stage.ObjectAsync(key!), await http.GetByteArrayAsync(
            link.GetProperty("url").GetString(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1, "red green blue white")]
    [InlineData(2, "green red white blue")]
    [InlineData(3, "white blue green red")]
    [InlineData(4, "blue white red green")]
    [InlineData(5, "red blue green white")]
    [InlineData(6, "blue red white green")]
    [InlineData(7, "white green blue red")]
    [InlineData(8, "green white red blue")]
    public async Task It_is_turned_as_the_photo_is_to_be_shown(int orientation, string colours)
    {
        var exif = new ExifBuilder().Shorts(0x0112, (ushort)orientation).Build();
        using var stage = await ThumbnailStage.ReadAsync(cloud, WithExif(Jpeg(200, 100), exif), "image/jpeg", 100);

        foreach (var (_, pixels, _) in await stage.PicturesAsync())
        {
            Assert.Equal(orientation < 5 ? (100, 50) : (50, 100), (pixels.Width, pixels.Height));
            Assert.Equal(colours, pixels.Colours());
        }
    }

    [Fact]
    public async Task It_says_nothing_but_what_is_seen()
    {
        var exif = ScrubFiles.FullBlock();
        var photo = WithExif(Jpeg(200, 100), exif, ScrubFiles.XmpSegment());
        using var stage = await ThumbnailStage.ReadAsync(cloud, photo, "image/jpeg", 100);

        foreach (var (type, _, bytes) in await stage.PicturesAsync())
        {
            var shown = MetadataTestFiles.ReadWhole(bytes);
            Assert.Equal((null, null, null), (shown.Exif, shown.Gps, shown.ExifBlock));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("Exif"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("adobe"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("ICC_PROFILE"u8));
            Assert.True(type != "image/webp" || bytes.AsSpan(12).StartsWith("VP8 "u8));
        }
    }

    [Fact]
    public async Task It_is_never_larger_than_the_photo()
    {
        using var stage = await ThumbnailStage.ReadAsync(cloud, Jpeg(120, 60), "image/jpeg", 2048, 100);

        Assert.Equal([(100, 50), (100, 50), (120, 60), (120, 60)],
            (await stage.PicturesAsync()).Select(p => (p.Pixels.Width, p.Pixels.Height)));
    }

    [Fact]
    public async Task What_was_made_of_any_version_goes_with_the_photo()
    {
        using var stage = await ThumbnailStage.ReadAsync(
            cloud, WithExif(Jpeg(200, 100), ScrubFiles.FullBlock()), "image/jpeg");
        await stage.WantAsync(100, 50);
        await stage.ReplaceAsync(Jpeg(200, 100), "0055AED6DCD90281E6");
        await stage.WantAsync(64);
        await stage.ReplaceAsync(Jpeg(210, 100), "0055AED6DCD90281E7");
        Assert.Equal(7, (await stage.ObjectsAsync()).Length);
        Assert.Equal(2, (await stage.RowAsync()).Thumbnails.Length);
        await cloud.RowAsync(
            "update photos set expires_at = now() - interval '1 hour' where id = $1", stage.Photo.Id);

        var (status, _) = await stage.Client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{stage.Photo.Id}");

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Empty(await stage.ObjectsAsync());
    }

    [Fact]
    public async Task A_photo_deleted_while_it_is_drawn_is_deleted_again()
    {
        using var stage = await ThumbnailStage.NewAsync(cloud, Jpeg(200, 100), "image/jpeg", [100]);
        await cloud.RowAsync(
            "update photos set expires_at = now() - interval '1 hour' where id = $1", stage.Photo.Id);
        await using var store = await ForwardingStore.StartAsync(cloud, before: async http =>
        {
            if (http.Request.Path.Value!.EndsWith(".webp", StringComparison.Ordinal))
            {
                await stage.Client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{stage.Photo.Id}");
            }
        });

        await stage.ReadAsync(null, ("AWS_ENDPOINT_URL_S3", store.Address));

        Assert.Equal([true, true], await cloud.RowAsync(
            """
            select finished_at is null or attempts > 1, s3_keys @> array[$2 || '.100.webp', $2 || '.100.jpg']
            from deletions where photo_id = $1
            """, stage.Photo.Id, $"thumbnails/{stage.Photo.Key}"));
    }

    [Fact]
    public async Task Whatever_takes_the_whole_object_reads_it_once()
    {
        var photo = WithExif(Jpeg(2000, 1500), ScrubFiles.FullBlock());
        using var stage = await ThumbnailStage.NewAsync(
            cloud, photo, "image/jpeg", [100], new { scrub_gps = true, hash_image_data = true });
        var (ranges, path) = (new List<string>(), $"/{stage.Photo.Bucket}/");
        await using var store = await ForwardingStore.StartAsync(cloud, before: http =>
        {
            if (http.Request.Method == "GET" && http.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal))
            {
                lock (ranges)
                {
                    ranges.Add(http.Request.Headers.Range.ToString());
                }
            }

            return Task.CompletedTask;
        });

        await stage.ReadAsync(null, ("AWS_ENDPOINT_URL_S3", store.Address));

        Assert.Equal($"bytes=0-{photo.Length - 1}", ranges[^1]);
        Assert.Single(ranges, r => r.EndsWith($"-{photo.Length - 1}", StringComparison.Ordinal));
        Assert.Equal([true, true, 2], await cloud.RowAsync(
            """
            select image_sha256 is not null, s3_key_public is not null, jsonb_array_length(thumbnails)
            from photos where id = $1
            """, stage.Photo.Id));
    }

    private byte[] Jpeg(int width, int height) => ThumbnailPixels.Convert(
        ThumbnailStage.Library(cloud), ThumbnailPixels.Png(width, height), "jpegsave_buffer");

    private static byte[] WithExif(byte[] jpeg, byte[] exif, byte[]? more = null) =>
        [.. jpeg[..2], .. ImageBuilder.ExifSegment(exif), .. more ?? [], .. jpeg[2..]];
}
