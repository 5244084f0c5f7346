using System.Net;

namespace PhotoLambda.Tests;

/// <summary>Objects that somebody deletes in the bucket itself, and those that come where they were.</summary>
public sealed class RemovedObjectTests(CloudFixture cloud)
{
    private const string Row = "select status, split_part(failure_reason, ':', 1) from photos where id = $1";

    [Theory]
    [InlineData("ObjectRemoved:Delete")]
    [InlineData("ObjectRemoved:DeleteMarkerCreated")]
    [InlineData("LifecycleExpiration:Delete")]
    [InlineData("LifecycleExpiration:DeleteMarkerCreated")]
    public async Task A_photo_whose_object_is_deleted_fails(string name)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        var removed = photo with { Sequencer = photo.Sequencer + "1" };
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m2", removed.Event(name))));

        Assert.Equal(["failed", "object_removed"], await cloud.RowAsync(Row, photo.Id));
        Assert.Equal(["processing", "object removed"], await cloud.RowAsync(
            "select from_status, cause from photo_events where photo_id = $1 order by id desc limit 1", photo.Id));
    }

    [Fact]
    public async Task A_photo_whose_object_is_deleted_has_no_link()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(
            cloud, client, await client.NewProjectAsync(), ImageBuilder.Jpeg(640, 480, ScrubFiles.FullBlock(), 20_000));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        string[] variants = ["original", "thumbnail"];
        async Task<HttpStatusCode> LinkAsync(string variant) => (await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos/{photo.Id}/download-url?variant={variant}")).Status;
        Assert.All(await Task.WhenAll(variants.Select(LinkAsync)), s => Assert.Equal(HttpStatusCode.OK, s));

        var removed = photo with { Sequencer = photo.Sequencer + "1" };
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m2", removed.Event("ObjectRemoved:Delete"))));

        Assert.All(await Task.WhenAll(variants.Select(LinkAsync)), s => Assert.NotEqual(HttpStatusCode.OK, s));
    }

    [Fact]
    public async Task A_deletion_that_comes_late_changes_nothing()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        var earlier = photo with { Sequencer = "0055AED6DCD90281" };

        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m2", earlier.Event("ObjectRemoved:Delete"))));

        Assert.Equal(["processing", null], await cloud.RowAsync(Row, photo.Id));
    }

    [Fact]
    public async Task A_late_deletion_does_not_undo_what_was_found_since()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        // The object was put, deleted and put again; the first and the last event were lost.
        await function.InvokeAsync(LoneOnObjectCreated.Messages(
            ("look", PhotoLambda.Photos.ObjectLooks.Message([(photo.Bucket, photo.Key)]))));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event("ObjectRemoved:Delete"))));

        Assert.Equal(["processing", null], await cloud.RowAsync(Row, photo.Id));
    }

    [Fact]
    public async Task The_deletion_of_one_version_says_nothing_of_the_others()
    {
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        var removed = photo with { Sequencer = photo.Sequencer + "1", VersionId = "v0" };
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m2", removed.Event("ObjectRemoved:Delete"))));
        Assert.Equal(["processing", null], await cloud.RowAsync(Row, photo.Id));

        await photo.DeleteAsync(cloud);
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m3", removed.Event("ObjectRemoved:Delete"))));
        Assert.Equal(["failed", "object_removed"], await cloud.RowAsync(Row, photo.Id));
    }

    [Fact]
    public async Task The_store_tells_of_the_deletion_itself()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        await client.UntilAsync(ticket, "processing");

        using var s3 = cloud.S3();
        await s3.DeleteObjectAsync(
            cloud.Bucket, new Uri(ticket.GetProperty("s3_url").GetString()!).AbsolutePath[1..],
            TestContext.Current.CancellationToken);

        var photo = await client.UntilAsync(ticket, "failed");
        Assert.StartsWith("object_removed: ", photo.GetProperty("failure_reason").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, photo.GetProperty("uploaded_at").ValueKind);
    }
}
