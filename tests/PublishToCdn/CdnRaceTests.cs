namespace PhotoLambda.Tests;

/// <summary>Deletions, duplicates and kills in the middle of an upload.</summary>
public sealed class CdnRaceTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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
        var settings = stage.Settings(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address))
            .Select(s => (s.Name, (string?)s.Value)).ToArray();
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
