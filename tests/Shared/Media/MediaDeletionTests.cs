using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>What is deleted is gone at once, by one caller, and in the end from every bucket.</summary>
public class MediaDeletionTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(
        640, 480, ThumbnailBuilder.With(() => new ExifBuilder().Shorts(0x0112, 6), ThumbnailBuilder.Talkative()),
        20_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_objects_go_with_the_row()
    {
        var home = await stage.NewAsync();
        var id = await StoreAsync(home);
        var asset = Guid.NewGuid();
        await stage.Cloud.RowAsync("""
            with asset as (
              insert into cdn_assets (id, organization_id, provider, variant, content, status, due_at, url)
              values ($1, $2, 'imagekit', 'original', 'c', 'published', now() + interval '1 day', 'https://cdn/a')
            )
            update photos set cdn_asset_id = $1, cdn_url = 'https://cdn/a' where id = $3
            """, asset, home.Organization, id);
        Assert.Equal(3, (await ObjectsAsync(home)).Length);

        Assert.True(await stage.Store.DeleteAsync(home.User, id, Stop));
        Assert.False(await stage.Store.DeleteAsync(home.User, id, Stop));

        Assert.False(await stage.Store.ExistsAsync(home.Module, id, Stop));
        Assert.Empty(await ObjectsAsync(home));
        Assert.Equal(["deleting"], await stage.Cloud.RowAsync("select status from cdn_assets where id = $1", asset));
        Assert.Equal([true, "ada"], await stage.Cloud.RowAsync(
            "select finished_at is not null, requested_by from deletions where photo_id = $1", id));
    }

    [Fact]
    public async Task Of_twenty_that_delete_one_did()
    {
        var home = await stage.NewAsync();
        for (var round = 0; round < 3; round++)
        {
            var id = await StoreAsync(home);

            var deleted = await Task.WhenAll(Enumerable.Range(0, 20)
                .Select(_ => stage.Store.DeleteAsync(home.User, id, Stop)));

            Assert.Single(deleted, d => d);
            Assert.Empty(await ObjectsAsync(home));
        }
    }

    [Theory]
    [InlineData(503)]
    [InlineData(403)]
    public async Task What_the_store_keeps_is_left_to_the_sweep(int status)
    {
        var home = await stage.NewAsync();
        var id = await StoreAsync(home);
        await using var broken = await BrokenStore.StartAsync(status);
        using var store = stage.Open(broken.Address, seconds: 2);

        Assert.True(await store.DeleteAsync(home.User, id, Stop));

        Assert.False(await store.DeleteAsync(home.User, id, Stop));
        Assert.Equal(3, (await ObjectsAsync(home)).Length);
        Assert.Equal([null, true], await stage.Cloud.RowAsync(
            "select finished_at, last_error is not null from deletions where photo_id = $1", id));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var http = new HttpClient { BaseAddress = stage.Cloud.Cloud.Api };
        await stage.Cloud.RowAsync("update deletions set due_at = now() where photo_id = $1", id);
        using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, limit.Token);
        while ((await ObjectsAsync(home)).Length > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <returns>A photo that was read, with a visualization.</returns>
    private async Task<Guid> StoreAsync(MediaHome home)
    {
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed");
        await stage.Store.UploadVisualizationAsync(home.User, new VisualizationUpload
        {
            PhotoId = row.Id,
            FileName = "boxes.png",
            Content = new MemoryStream(ImageBuilder.Png()),
        }, Stop);
        return row.Id;
    }

    private async Task<string[]> ObjectsAsync(MediaHome home) =>
    [
        .. await stage.KeysAsync(stage.Cloud.Bucket, home.Session),
        .. await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session),
        .. await stage.KeysAsync(stage.Cloud.DerivedBucket, "thumbnails/" + home.Session),
    ];
}
