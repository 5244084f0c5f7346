namespace PhotoLambda.Tests;

/// <summary>Messages about photos that are not published, or not now.</summary>
public sealed class UnpublishedTests(CloudFixture cloud)
{
    private const string State = """
        select cdn_url is not null, cdn_error, cdn_attempts, cdn_due_at is not null, count(*) from photos
        group by 1, 2, 3, 4
        """;

    [Theory]
    [InlineData("update photos set kind = 'audio'")]
    [InlineData("update photos set status = 'failed'")]
    [InlineData("update photos set status = 'pending_upload', etag = null")]
    [InlineData("update projects set publish_to_cdn = false")]
    [InlineData("delete from photos")]
    public async Task What_is_not_to_be_published_any_more_is_done(string sql)
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1, 2]);
        await stage.Database.ExecuteAsync(sql);

        Assert.Equal("", await stage.PublishAsync(photos));

        Assert.Empty(await stage.FilesAsync());
        Assert.Empty(await stage.Database.RowsAsync(
            "select id from photos where cdn_due_at is not null or cdn_error is not null"));
        Assert.Empty(await stage.Database.RowsAsync("select id from cdn_assets"));
    }

    [Fact]
    public async Task Messages_that_ask_for_nothing_come_again()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photo = Assert.Single(await stage.AddAsync([1]));

        Assert.Equal("m0 m1 m2 m3 m4", await stage.Function.InvokeAsync(
            ["", "[]", "{\"photo_id\": 1}", "{\"delete\": \"x\"}", "{\"photo_id\": \"\\ud800\"}",
                CdnStage.Message(photo), CdnStage.Message(photo)]));

        Assert.Equal("1", await stage.UploadsAsync());
    }

    [Fact]
    public async Task Without_a_cdn_the_reason_is_kept_and_time_is_given()
    {
        await using var stage = await CdnStage.NewAsync(cloud, ("PHOTOLAMBDA_CDN_PROVIDER", "none"));
        var photos = await stage.AddAsync([1]);

        Assert.Equal("", await stage.PublishAsync(photos));

        Assert.Equal(["False,no CDN is configured,1,True,1"], await stage.Database.RowsAsync(State));
        await using var other = await stage.AnotherAsync();
        Assert.Equal("", await other.InvokeAsync(photos.Select(CdnStage.Message)));
        Assert.Equal(["True,,0,False,1"], await stage.Database.RowsAsync(State));
    }

    [Fact]
    public async Task What_replaced_an_object_meanwhile_is_not_shown_as_it()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        using (var s3 = cloud.S3())
        {
            await stage.PutAsync(s3, 0, content: 2);
        }

        Assert.Equal("", await stage.PublishAsync(photos));

        Assert.Equal(
            ["False,the object is no longer in the store as it was read,1,True,1"],
            await stage.Database.RowsAsync(State));
    }

    [Fact]
    public async Task A_store_that_fails_sends_the_messages_back()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await using var store = await BrokenStore.StartAsync(503);
        await using var function = await stage.AnotherAsync(("AWS_ENDPOINT_URL_S3", store.Address));

        Assert.Equal("m0", await function.InvokeAsync(photos.Select(CdnStage.Message)));

        Assert.Equal(["False,,0,True,1"], await stage.Database.RowsAsync(State));
        await stage.PassTimeAsync();
        Assert.Equal("", await stage.PublishAsync(photos));
        Assert.Equal(["True,,0,False,1"], await stage.Database.RowsAsync(State));
    }

    [Fact]
    public async Task A_database_that_is_down_sends_the_messages_back()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await using var function = await stage.AnotherAsync(
            ("PHOTOLAMBDA_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:9/none"));

        Assert.Equal("m0 m1", await function.InvokeAsync(
            [CdnStage.Message(Guid.NewGuid()), $$"""{"delete": "{{Guid.NewGuid()}}"}"""]));
    }
}
