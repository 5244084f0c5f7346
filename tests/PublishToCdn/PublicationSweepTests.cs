namespace PhotoLambda.Tests;

/// <summary>What the sweep does for the CDN.</summary>
public sealed class PublicationSweepTests(CloudFixture cloud)
{
    private const string Waiting = "select count(*) from outbox where queue = 'cdn'";

    [Fact]
    public async Task Photos_that_are_overdue_are_asked_for_once()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 2, 3], "cdn_due_at = now()");
        await stage.Database.ExecuteAsync($"update photos set cdn_due_at = null where id = '{photos[2]}'");
        // One waits in the outbox already.
        await stage.Database.ExecuteAsync($$"""
            insert into outbox (job_id, photo_id, organization_id, queue, message)
            select gen_random_uuid(), id, 'o', 'cdn', jsonb_build_object('photo_id', id) from photos
            where id = '{{photos[0]}}'
            """);
        await using var sweep = await stage.LoneSweepAsync();

        Assert.Equal("publications_sent=2", LoneSweep.Counts(await sweep.InvokeAsync()));
        Assert.Equal("", LoneSweep.Counts(await sweep.InvokeAsync()));

        Assert.Equal(
            photos[..2].Select(CdnStage.Message).Order(), (await stage.TakeAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(["0"], await stage.Database.RowsAsync(Waiting));
        Assert.Equal(["59"], await stage.Database.RowsAsync("""
            select distinct floor(extract(epoch from cdn_due_at - now()) / 60) from photos where cdn_due_at is not null
            """));
    }

    [Fact]
    public async Task A_queue_that_is_down_leaves_all_to_the_next_sweep()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 2]);
        await stage.PublishAsync(photos[1]);
        await stage.DeleteAsync(photos[1]);
        await stage.PassTimeAsync();
        await using var broken = await BrokenStore.StartAsync(503);
        await using (var sweep = await stage.LoneSweepAsync(("AWS_ENDPOINT_URL_SQS", broken.Address)))
        {
            Assert.Equal(
                "publications_left=1 asset_deletions_left=1", LoneSweep.Counts(await sweep.InvokeAsync()));
        }

        await stage.Database.ExecuteAsync("update outbox set due_at = now()");
        Assert.Equal("publications_sent=1 asset_deletions_sent=1", await stage.SweepAsync());

        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(photos[0]));
        Assert.Single(await stage.FilesAsync());
    }

    [Fact]
    public async Task Without_a_queue_photos_wait_and_the_outbox_stays_empty()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await stage.Database.ExecuteAsync("""
            insert into outbox (job_id, photo_id, organization_id, queue, message)
            select gen_random_uuid(), id, 'o', 'cdn', jsonb_build_object('photo_id', id) from photos
            """);
        await using (var sweep = await stage.LoneSweepAsync(("PHOTOLAMBDA_CDN_QUEUE_URL", "")))
        {
            Assert.Equal("", LoneSweep.Counts(await sweep.InvokeAsync()));
        }

        Assert.Equal(["0"], await stage.Database.RowsAsync(Waiting));
        Assert.Equal("publications_sent=1", await stage.SweepAsync());
        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(photos[0]));
    }
}
