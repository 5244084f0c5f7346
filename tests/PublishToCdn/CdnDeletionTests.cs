namespace PhotoLambda.Tests;

/// <summary>What is left at the CDN when photos are deleted, whatever is under way then: nothing.</summary>
public sealed class CdnDeletionTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_photo_deleted_while_it_is_published_leaves_nothing(bool isBefore)
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await using var cdn = await ForwardingCdn.StartAsync(stage, async (_, isAnswered) =>
        {
            if (isAnswered != isBefore)
            {
                await stage.DeleteAsync(photos);
                // Whoever hears of it too early must not delete before the upload.
                await using var hasty = await stage.AnotherAsync();
                var asset = Assert.Single(await stage.Database.RowsAsync(
                    "select id from cdn_assets where status = 'deleting' and due_at > now()"));
                Assert.Equal("", await hasty.InvokeAsync([$$"""{"delete": "{{asset}}"}"""]));
                Assert.Equal([asset], await stage.Database.RowsAsync("select id from cdn_assets"));
            }
        });
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));

        Assert.Equal("", await function.InvokeAsync(photos.Select(CdnStage.Message)));

        Assert.Equal(["deleting,True"], await stage.Database.RowsAsync(
            "select status, file_id is not null and due_at <= now() from cdn_assets"));
        Assert.Equal("asset_deletions_sent=1", await stage.SweepAsync());
        Assert.Empty(await stage.FilesAsync());
        Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
    }

    [Fact]
    public async Task A_duplicate_that_comes_while_the_first_goes_is_published()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var first = await stage.AddAsync([1]);
        Guid[] second = [];
        await using var cdn = await ForwardingCdn.StartAsync(stage, async (_, isAnswered) =>
        {
            if (!isAnswered)
            {
                // Another instance links it to the claim; then the photo that is published goes.
                second = await stage.AddAsync([1]);
                Assert.Equal("", await stage.PublishAsync(second));
                await stage.DeleteAsync(first);
            }
        });
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));

        Assert.Equal("", await function.InvokeAsync(first.Select(CdnStage.Message)));

        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(second[0]));
        Assert.Equal("1", await stage.UploadsAsync());
        Assert.Equal("", await stage.SweepAsync());
        Assert.Equal("1", await stage.UploadsAsync());
    }

    [Fact]
    public async Task An_asset_forgotten_too_early_is_forgotten_again()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await using var cdn = await ForwardingCdn.StartAsync(stage, async (_, isAnswered) =>
        {
            if (!isAnswered)
            {
                await stage.DeleteAsync(photos);
                // As if the upload outlasted its claim.
                Assert.Equal("asset_deletions_sent=1", await stage.SweepAsync());
                Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
            }
        });
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));

        Assert.Equal("", await function.InvokeAsync(photos.Select(CdnStage.Message)));

        Assert.Single(await stage.FilesAsync());
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

    [Fact]
    public async Task A_kill_between_upload_and_commit_leaves_one_file()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 1]);
        var uploaded = new TaskCompletionSource();
        await using var cdn = await ForwardingCdn.StartAsync(stage, async (http, isAnswered) =>
        {
            if (isAnswered)
            {
                uploaded.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }
        });
        await using var api = await FakeRuntimeApi.StartAsync();
        (string, string?)[] settings =
            [.. stage.Settings(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address)).Select(s => (s.Name, (string?)s.Value))];
        await using (FunctionChild.OnLambda(cloud, api, "PublishToCdn", settings))
        {
            var messages = LoneOnObjectCreated.Messages(
                [.. photos.Select((photo, i) => ($"m{i}", CdnStage.Message(photo)))]);
            _ = api.InvokeAsync(messages).ContinueWith(_ => { }, TaskScheduler.Default);
            await uploaded.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        }

        Assert.Equal("1", await stage.UploadsAsync());
        // The messages come again while the claim lasts: who is killed is not known to be.
        Assert.Equal("", await stage.PublishAsync(photos));
        Assert.Equal("1", await stage.UploadsAsync());
        Assert.Equal("publications_sent=2", await stage.SweepAsync());

        Assert.Equal("2", await stage.UploadsAsync());
        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(photos[0]));
        Assert.Equal(["published"], await stage.Database.RowsAsync("select status from cdn_assets"));
    }
}
