using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>What stands for an event that was lost: the function looks what is there.</summary>
public sealed class LookTests(CloudFixture cloud)
{
    private const string Row = "select status, split_part(failure_reason, ':', 1), sequencer from photos where id = $1";

    [Fact]
    public async Task An_object_whose_event_was_lost_is_taken_in()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        await LookAsync(function, photo);
        await LookAsync(function, photo);

        Assert.Equal(["processing", null, null], await cloud.RowAsync(Row, photo.Id));
        Assert.Equal([1L, "object found"], await TimelineAsync(photo));
    }

    [Fact]
    public async Task The_event_that_comes_after_all_makes_no_second_job()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        await LookAsync(function, photo);
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Equal(
            ["processing", null, photo.Sequencer.PadRight(32, '0')], await cloud.RowAsync(Row, photo.Id));
        Assert.Equal([1L, "object found"], await TimelineAsync(photo));
        Assert.Equal([1L, false], await cloud.RowAsync(
            """
            select (select count(*) from outbox where photo_id = $1), (select awaits_event from photos where id = $1)
            """, photo.Id));
    }

    [Fact]
    public async Task A_version_that_replaced_another_is_taken_in()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        await photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096));
        await LookAsync(function, photo);

        Assert.Equal([96, "processing", 2L], await cloud.RowAsync(
            """
            select width_px, status, (select count(*) from outbox where photo_id = $1 and published_at is not null)
            from photos where id = $1
            """, photo.Id));
    }

    [Fact]
    public async Task A_look_that_comes_with_an_old_event_is_not_lost()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        await photo.PutAsync(cloud, ImageBuilder.Jpeg(96, length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("again", photo.Event()), ("look", ObjectLooks.Message([(photo.Bucket, photo.Key)]))));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal([96], await cloud.RowAsync("select width_px from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task An_object_that_is_gone_fails_its_photo()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        await photo.DeleteAsync(cloud);

        await LookAsync(function, photo);

        Assert.Equal("object_removed", (await cloud.RowAsync(Row, photo.Id))[1]);
    }

    [Fact]
    public async Task A_photo_that_waits_for_its_object_goes_on_waiting()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await photo.DeleteAsync(cloud);

        await LookAsync(function, photo);

        Assert.Equal(["pending_upload", null, null], await cloud.RowAsync(Row, photo.Id));
    }

    [Fact]
    public async Task A_version_that_is_known_is_only_read_again()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        await cloud.RowAsync(
            """
            update photos set status = 'completed', detections = '[1]', extractor_version = 0, width_px = null
            where id = $1 returning 1
            """, photo.Id);

        await LookAsync(function, photo);

        Assert.Equal(["completed", "[1]", true, 64, 1L], await cloud.RowAsync(
            """
            select status, detections::text, extractor_version > 0, width_px,
              (select count(*) from outbox where photo_id = $1)
            from photos where id = $1
            """, photo.Id));
    }

    [Fact]
    public async Task What_an_inspection_refused_is_judged_again()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await cloud.RowAsync("update photos set declared_size_bytes = 4097 where id = $1 returning 1", photo.Id);
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        Assert.Equal("size_mismatch", (await cloud.RowAsync(Row, photo.Id))[1]);

        await cloud.RowAsync("update photos set declared_size_bytes = 4096 where id = $1 returning 1", photo.Id);
        await LookAsync(function, photo);

        Assert.Equal("processing", (await cloud.RowAsync(Row, photo.Id))[0]);
    }

    [Fact]
    public async Task What_a_detector_refused_stays_refused()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        await cloud.RowAsync(
            "update photos set status = 'failed', failed_by = 'processor' where id = $1 returning 1", photo.Id);

        await LookAsync(function, photo);

        Assert.Equal("failed", (await cloud.RowAsync(Row, photo.Id))[0]);
    }

    [Theory]
    [InlineData("""{"PhotoLambdaLook":{}}""")]
    [InlineData("""{"PhotoLambdaLook":[{}]}""")]
    [InlineData("""{"PhotoLambdaLook":[{"bucket":"b","key":""}]}""")]
    [InlineData("""{"PhotoLambdaLook":[{"bucket":"b","key":"a\u0000b"}]}""")]
    [InlineData("""{"PhotoLambdaLook":[{"bucket":"b","key":"\ud800"}]}""")]
    [InlineData("""{"PhotoLambdaLook":[7]}""")]
    public async Task A_look_at_nothing_fails_alone(string message)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("bad", message), ("good", ObjectLooks.Message([(photo.Bucket, photo.Key)]))));

        Assert.Equal(["bad"], LoneOnObjectCreated.Failures(answer));
        Assert.Equal("processing", (await cloud.RowAsync(Row, photo.Id))[0]);
    }

    private static async Task LookAsync(LoneOnObjectCreated function, StoredPhoto photo)
    {
        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("look", ObjectLooks.Message([(photo.Bucket, photo.Key)]))));
        Assert.Empty(LoneOnObjectCreated.Failures(answer));
    }

    private Task<object?[]> TimelineAsync(StoredPhoto photo) => cloud.RowAsync(
        "select count(*), max(cause) from photo_events where photo_id = $1 and to_status = 'uploaded'", photo.Id);
}
