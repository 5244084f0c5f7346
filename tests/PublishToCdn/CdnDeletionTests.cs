namespace PhotoLambda.Tests;

/// <summary>What is left at the CDN when photos are deleted, whatever is under way then: nothing.</summary>
public sealed class CdnDeletionTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_content_goes_with_the_last_of_its_photos()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 1, 2]);
        await stage.PublishAsync(photos);
        await stage.DeleteAsync(photos[0]);
        Assert.Equal("", await stage.SweepAsync());
        Assert.Equal(2, (await stage.FilesAsync()).Length);

        await stage.DeleteAsync(photos[1]);
        Assert.Equal("asset_deletions_sent=1", await stage.SweepAsync());

        var left = Assert.Single(await stage.FilesAsync());
        Assert.Equal(CdnStage.Content(2).Length, left.GetProperty("size").GetInt32());
        Assert.Equal(["published"], await stage.Database.RowsAsync("select status from cdn_assets"));
        // The process remembers a content that is gone.
        await stage.PublishAsync(await stage.AddAsync([1]));
        Assert.Equal("1 1", await stage.UploadsAsync());
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("purge")]
    public async Task A_cdn_that_fails_amid_a_deletion_keeps_nothing_after_it(string calls)
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 2]);
        await stage.PublishAsync(photos);
        await stage.DeleteAsync(photos);
        await stage.FailAsync($$"""{"kind": "status", "status": 401, "calls": "{{calls}}"}""");
        Assert.Equal("asset_deletions_sent=2", await stage.SweepAsync());
        Assert.Equal(["deleting,True,2"], await stage.Database.RowsAsync(
            "select status, last_error like 'ImageKit answered 401%', count(*) from cdn_assets group by 1, 2"));

        await stage.HealAsync();
        Assert.Equal("asset_deletions_sent=2", await stage.SweepAsync());

        Assert.Empty(await stage.FilesAsync());
        Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
    }

    [Fact]
    public async Task A_file_whose_answer_was_lost_is_found_by_its_name()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await stage.FailAsync("""{"kind": "status", "status": 502, "calls": "upload", "when": "after"}""");
        await stage.PublishAsync(photos);
        Assert.Equal("4", await stage.UploadsAsync());
        await stage.HealAsync();
        await stage.DeleteAsync(photos);

        Assert.Equal("asset_deletions_sent=1", await stage.SweepAsync());

        Assert.Empty(await stage.FilesAsync());
        Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
    }

    [Fact]
    public async Task An_asset_of_another_cdn_waits_for_that_one()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await stage.PublishAsync(photos);
        await stage.DeleteAsync(photos);
        var asset = Assert.Single(await stage.Database.RowsAsync("select id from cdn_assets"));
        await using var none = await stage.AnotherAsync(("PHOTOLAMBDA_CDN_PROVIDER", "none"));

        Assert.Equal("", await none.InvokeAsync([$$"""{"delete": "{{asset}}"}"""]));

        Assert.Equal(["no CDN is configured,1,True"], await stage.Database.RowsAsync(
            "select last_error, attempts, due_at > now() from cdn_assets"));
        Assert.Equal("asset_deletions_sent=1", await stage.SweepAsync());
        Assert.Empty(await stage.FilesAsync());
    }

}
