namespace PhotoLambda.Tests;

/// <summary>Photos whose tickets have ended, and what the store has of them.</summary>
public sealed class ExpirySweepTests(CloudFixture cloud)
{
    private const string State = "select status, failed_by, failure_reason, looks from photos";

    [Fact]
    public async Task Exactly_the_unused_tickets_expire_and_lost_events_do_not_matter()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(300);
        await stage.PutAsync(Enumerable.Range(1, 300).Where(n => n % 10 > 2));
        await using var one = await stage.SweepAsync();
        await using var other = await stage.SweepAsync();

        var done = await Task.WhenAll(one.InvokeAsync(), other.InvokeAsync());

        Assert.Equal(90, done.Sum(d => d.GetProperty("tickets_expired").GetInt32()));
        Assert.Equal(210, done.Sum(d => d.GetProperty("objects_found").GetInt32()));
        await stage.TakeEventsAsync();
        Assert.Equal("", await stage.SweepOnceAsync());
        Assert.Equal(["failed,True,90", "processing,False,210"], await stage.Database.RowsAsync(
            "select status, file_name::int % 10 <= 2, count(*) from photos group by 1, 2"));
        Assert.Equal(
            ["pending_upload,failed,ticket expired,90", "pending_upload,uploaded,object found,210",
                "uploaded,processing,job queued,210"],
            await stage.Database.RowsAsync(
                "select from_status, to_status, cause, count(*) from photo_events group by 1, 2, 3"));
    }

    [Fact]
    public async Task A_failure_by_the_ticket_says_so()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1);
        Assert.Equal("tickets_expired=1", await stage.SweepOnceAsync());
        Assert.Equal(
            ["failed,deadline,expired: no object came by the ticket,0"], await stage.Database.RowsAsync(State));
        Assert.Equal(["1"], await stage.Database.RowsAsync(
            "select count(*) from photo_events e join photos p on p.failure_reason = e.detail and e.at = p.failed_at"));
    }

    [Theory]
    [InlineData("expires_at = now() - interval '14 minutes'", "")]
    [InlineData("expires_at = now() - interval '16 minutes'", "tickets_expired=1")]
    [InlineData("expires_at = null, created_at = now() - interval '14 minutes'", "")]
    [InlineData("expires_at = null", "tickets_expired=1")]
    [InlineData("updated_at = now() - interval '1 minute'", "")]
    public async Task A_ticket_has_its_time_and_15_minutes_of_grace(string change, string done)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1);
        await stage.Database.ExecuteAsync($"update photos set {change}");
        Assert.Equal(done, await stage.SweepOnceAsync());
    }

    [Theory]
    [InlineData(404, "expires_at = now() + interval '15 minutes', updated_at = now()", "pending_upload,,,0")]
    [InlineData(404, "expires_at = now() + interval '15 minutes'", "pending_upload,,,0")]
    [InlineData(404, "s3_upload_id = 'u', updated_at = now()", "pending_upload,,,0")]
    [InlineData(404, "status = 'uploaded'", "uploaded,,,0")]
    [InlineData(200, "status = 'uploaded', updated_at = now()", "uploaded,,,0")]
    public async Task What_happens_while_the_store_is_asked_wins(int status, string change, string state)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            await stage.Database.ExecuteAsync($"update photos set {change}");
            http.Response.StatusCode = status;
        });
        Assert.Equal("", await stage.SweepOnceAsync(store.Address));
        Assert.Equal([state], await stage.Database.RowsAsync(State));
        Assert.Empty(await stage.Database.RowsAsync("select 1 from photo_events"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_object_that_comes_after_all_brings_its_photo_back(bool isLooked)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1);
        Assert.Equal("tickets_expired=1", await stage.SweepOnceAsync());
        await stage.PutAsync([1]);
        using var s3 = cloud.S3();
        var etag = (await s3.GetObjectMetadataAsync(
            SweepStage.Bucket, stage.Key(1), TestContext.Current.CancellationToken)).ETag.Trim('"');
        var message = isLooked
            ? PhotoLambda.Photos.ObjectLooks.Message([(SweepStage.Bucket, stage.Key(1))])
            : new StoredPhoto(Guid.Empty, SweepStage.Bucket, stage.Key(1), etag).Event();
        await using var function = await stage.ObjectCreatedAsync();

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m", message)));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal(["processing,,,0"], await stage.Database.RowsAsync(State));
        Assert.Equal(["failed,uploaded"], await stage.Database.RowsAsync(
            "select from_status, to_status from photo_events where to_status = 'uploaded'"));
    }

    [Fact]
    public async Task Each_look_is_later_than_the_one_before_until_the_last()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1);
        await stage.PutAsync([1]);
        await using var sweep = await stage.SweepAsync();
        foreach (var looks in Enumerable.Range(0, 8))
        {
            var minutes = looks == 0 ? 2 : 15 * (1 << looks);
            await ChangedAsync(stage, minutes - 1);
            Assert.Equal("", LoneSweep.Counts(await sweep.InvokeAsync()));
            await ChangedAsync(stage, minutes + 1);
            Assert.Equal("objects_found=1", LoneSweep.Counts(await sweep.InvokeAsync()));
            Assert.Equal([$"pending_upload,,,{looks + 1}"], await stage.Database.RowsAsync(State));
        }

        await ChangedAsync(stage, (64 * 60) + 1);
        Assert.Equal("objects_unreadable=1", LoneSweep.Counts(await sweep.InvokeAsync()));
        Assert.Equal(
            ["failed,inspection,unreadable: the object is there, and 8 looks at it came to nothing,8"],
            await stage.Database.RowsAsync(State));

        await stage.TakeEventsAsync();
        Assert.Equal(["processing,,,0"], await stage.Database.RowsAsync(State));
    }

    private static Task ChangedAsync(SweepStage stage, int minutesAgo) => stage.Database.ExecuteAsync(
        $"update photos set updated_at = now() - interval '{minutesAgo} minutes'");
}
