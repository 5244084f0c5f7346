using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>One event that cannot be dealt with does not take the others of its batch along.</summary>
public class PoisonousEventTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("null")]
    [InlineData("{\"Records\":\"many\"}")]
    [InlineData("{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":null}]}")]
    [InlineData(
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"}," +
        "\"object\":{\"key\":\"a%00b\",\"eTag\":\"e\",\"sequencer\":\"1\"}}}]}")]
    [InlineData(
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"\\u0000\"}," +
        "\"object\":{\"key\":\"k\",\"eTag\":\"e\",\"sequencer\":\"1\"}}}]}")]
    [InlineData(
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"}," +
        "\"object\":{\"key\":\"\\ud800\",\"eTag\":\"e\",\"sequencer\":\"1\"}}}]}")]
    public async Task A_message_that_is_no_event_fails_alone(string poison)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(
            LoneOnObjectCreated.Messages(("poison", poison), ("good", photo.Event())));

        Assert.Equal(["poison"], LoneOnObjectCreated.Failures(answer));
        Assert.Equal("processing", await photo.StatusAsync(cloud));
    }

    [Theory]
    [InlineData("{\"Records\":[]}")]
    [InlineData("{\"Records\":[null]}")]
    [InlineData("{}")]
    public async Task An_event_without_records_is_dealt_with(string nothing)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(nothing)));
        Assert.Empty(LoneOnObjectCreated.Failures(
            await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", nothing)))));
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_in_time_fails_alone()
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var slow = await StoredPhoto.NewAsync(cloud, bytes);
        var good = await StoredPhoto.NewAsync(cloud, bytes);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            if (http.Request.Path.Value!.EndsWith($"{slow.Id}", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }

            var range = RangeHeaderValue.Parse(http.Request.Headers.Range.ToString()).Ranges.Single();
            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.ContentType = "image/jpeg";
            await http.Response.Body.WriteAsync(bytes.AsMemory((int)range.From!..((int)range.To! + 1)));
        });
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));

        var answer = await function.InvokeAsync(
            LoneOnObjectCreated.Messages(("slow", slow.Event()), ("good", good.Event())), seconds: 4);

        Assert.Equal(["slow"], LoneOnObjectCreated.Failures(answer));
        Assert.Equal("processing", await good.StatusAsync(cloud));
        Assert.Equal("pending_upload", await slow.StatusAsync(cloud));
    }

    [Fact]
    public async Task Of_two_events_on_one_object_the_later_one_counts()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        var earlier = photo with { ETag = "00000000000000000000000000000000", Sequencer = "0055AED6DCD90281E4FF" };

        var answer = await function.InvokeAsync(
            LoneOnObjectCreated.Messages(("later", photo.Event()), ("earlier", earlier.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal("processing", await photo.StatusAsync(cloud));
    }

    [Fact]
    public async Task A_photo_that_is_deleted_meanwhile_is_no_failure()
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var photo = await StoredPhoto.NewAsync(cloud, bytes);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            await cloud.RowAsync("delete from photos where id = $1", photo.Id);
            http.Response.ContentType = "image/jpeg";
            await http.Response.Body.WriteAsync(bytes);
        });
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal([0L], await cloud.RowAsync("select count(*) from outbox where photo_id = $1", photo.Id));
    }
}
