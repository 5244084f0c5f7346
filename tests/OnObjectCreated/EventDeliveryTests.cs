namespace PhotoLambda.Tests;

/// <summary>Events that come twice, late, broken, or while something is down.</summary>
public sealed class EventDeliveryTests(CloudFixture cloud)
{
    private const string NoSuchPort = "http://127.0.0.1:9";

    [Fact]
    public async Task With_the_detection_queue_down_the_upload_succeeds_and_the_job_waits()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_SQS", NoSuchPort));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        var row = await cloud.RowAsync(
            """
            select p.status, o.published_at, o.attempts, o.last_error
            from photos p join outbox o on o.photo_id = p.id where p.id = $1
            """,
            photo.Id);
        Assert.Equal("uploaded", row[0]);
        Assert.Null(row[1]);
        Assert.Equal(1, row[2]);
        Assert.NotNull(row[3]);
    }

    [Fact]
    public async Task A_job_that_waited_leaves_when_its_event_comes_again()
    {
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await using (var down = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_SQS", NoSuchPort)))
        {
            await down.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        }

        await using var up = await LoneOnObjectCreated.StartAsync(cloud);
        var answer = await up.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));

        Assert.Equal(["processing", true, 1L], await cloud.RowAsync(
            """
            select p.status, o.published_at is not null, count(*) over ()
            from photos p join outbox o on o.photo_id = p.id where p.id = $1
            """,
            photo.Id));
    }

    [Fact]
    public async Task An_event_that_comes_twice_makes_one_transition_and_one_job()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event()), ("m2", photo.Event())));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m3", photo.Event())));

        Assert.Equal([1L, 1L], await cloud.RowAsync(
            """
            select (select count(*) from outbox where photo_id = $1),
              (select count(*) from photo_events where photo_id = $1 and to_status = 'uploaded')
            """, photo.Id));
    }

    [Fact]
    public async Task The_store_may_invoke_the_function_itself()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Png(length: 4096), "image/png");

        await function.InvokeAsync(photo.Event());

        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("2.3")]
    [InlineData("2.6")]
    [InlineData("2.99")]
    public async Task Events_of_every_version_are_understood(string version)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("m1", photo.Event("ObjectCreated:CompleteMultipartUpload", version))));

        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task Only_the_messages_that_failed_come_again()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("good", photo.Event()),
            ("garbage", "no JSON"),
            ("incomplete",
                """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{}}}]}"""),
            ("test", """{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"""),
            ("tagged", photo.Event("ObjectTagging:Put")),
            ("stray", new StoredPhoto(Guid.Empty, "b", "no/such key.jpg", "e").Event())));

        Assert.Equal(["garbage", "incomplete"], LoneOnObjectCreated.Failures(answer).Order());
        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    public async Task When_the_store_does_not_give_the_object_the_message_comes_again(int status)
    {
        await using var store = await BrokenStore.StartAsync(status);
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Equal(["m1"], LoneOnObjectCreated.Failures(answer));
        Assert.Equal(status >= 500 ? 4 : 1, store.Requests);
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task An_object_that_is_gone_or_replaced_is_left_to_its_later_event()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var earlier = photo with { ETag = "00000000000000000000000000000000" };
        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", earlier.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task When_the_database_is_down_every_message_comes_again()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(
            cloud, ("PHOTOLAMBDA_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:9/none"));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Equal(["m1"], LoneOnObjectCreated.Failures(answer));
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }
}
