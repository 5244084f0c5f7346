using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The thumbnail that a camera embedded is there as soon as the photo is.</summary>
public class ThumbnailTests(CloudFixture cloud)
{
    [Fact]
    public async Task An_embedded_thumbnail_is_linked_without_its_metadata()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, photo) = await UploadAsync(client, Photo(ThumbnailBuilder.Talkative()));

        var (status, link) = await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos/{id}/download-url?variant=thumbnail");
        using var http = new HttpClient();
        using var answer = await http.GetAsync(
            link.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        var thumbnail = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (status, answer.StatusCode));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("max-age=86400, private", answer.Headers.CacheControl!.ToString());
        var shown = MetadataTestFiles.ReadWhole(thumbnail);
        Assert.Equal((160, 120, 6), (shown.Width, shown.Height, shown.Orientation));
        Assert.Null(shown.Gps);
        Assert.Equal(480, photo.GetProperty("display_width").GetInt32());
        Assert.Equal($"thumbnails/{photo.GetProperty("s3_url").GetString()!.Split('/', 4)[3]}.jpg",
            (await cloud.RowAsync("select s3_key_thumbnail from photos where id = $1", id)).Single());
    }

    [Fact]
    public async Task A_thumbnail_that_is_none_is_not_stored()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await UploadAsync(client, Photo("no picture at all, but as long as one"u8.ToArray()));

        Assert.Equal([null], await cloud.RowAsync("select s3_key_thumbnail from photos where id = $1", id));
    }

    [Fact]
    public async Task A_photo_whose_thumbnail_cannot_be_stored_goes_on()
    {
        var photo = await StoredPhoto.NewAsync(cloud, Photo(ThumbnailBuilder.Talkative()));
        await using var store = await ForwardingStore.StartAsync(cloud, refused: "/thumbnails/");
        await using var function = await LoneOnObjectCreated.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));

        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));

        Assert.Empty(LoneOnObjectCreated.Failures(answer));
        Assert.Equal(["processing", null], await cloud.RowAsync(
            "select status, s3_key_thumbnail from photos where id = $1", photo.Id));
    }

    private static byte[] Photo(byte[] thumbnail) => ImageBuilder.Jpeg(640, 480, ThumbnailBuilder.With(
        () => new ExifBuilder().Shorts(0x0112, 6).Position((46, 29, 0, 'N'), (7, 44, 0, 'E')), thumbnail),
        length: 20_000);

    private static async Task<(Guid Id, JsonElement Photo)> UploadAsync(ApiClient client, byte[] bytes)
    {
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        return (ticket.GetProperty("photo_id").GetGuid(), await client.UntilAsync(ticket, "processing"));
    }
}
