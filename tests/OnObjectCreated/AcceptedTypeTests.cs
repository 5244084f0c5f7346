using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Every type that a policy can allow is confirmed by the file's first bytes, and one is not another.</summary>
public class AcceptedTypeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("image/webp", "webp", "RIFF\0\0\0\0WEBPVP8 ")]
    [InlineData("image/gif", "gif", "GIF89a")]
    [InlineData("image/heic", "heic", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("image/avif", "avif", "\0\0\0\u0018ftypavif\0\0\0\0mif1avif")]
    [InlineData("image/tiff", "tiff", "II*\0")]
    [InlineData("audio/ogg", "ogg", "OggS\0\u0002\0\0")]
    [InlineData("audio/mpeg", "mp3", "ID3\u0004\0\0\0\0\u0001\u0076")]
    [InlineData("audio/mpeg", "mp3", "ÿû\u0090d")]
    [InlineData("audio/wav", "wav", "RIFF\0\0\0\0WAVEfmt ")]
    [InlineData("audio/flac", "flac", "fLaC\0\0\0\"")]
    [InlineData("audio/mp4", "m4a", "\0\0\0\u0018ftypM4A \0\0\0\0isommp42")]
    [InlineData("audio/mp4", "m4a", "\0\0\0\u0018ftypmp42\0\0\0\0isommp42")]
    public async Task A_file_of_an_allowed_type_is_taken(string type, string extension, string head)
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = File(head);
        var ticket = await TicketAsync(client, bytes, type);

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        var photo = await client.UntilAsync(ticket, "processing", "failed");

        Assert.Equal(("processing", type, null), (photo.GetProperty("status").GetString(),
            photo.GetProperty("mime_type").GetString(), photo.GetProperty("failure_reason").GetString()));
        Assert.EndsWith("." + extension, photo.GetProperty("s3_url").GetString());
        // A signature and zeros: there is something to tell of all of them, and no size.
        Assert.NotEqual(0, photo.GetProperty("metadata_errors").GetArrayLength());
        Assert.Equal([type.Split('/')[0], null], await cloud.RowAsync(
            "select kind, width_px from photos where id = $1", photo.GetProperty("id").GetGuid()));
    }

    [Theory]
    [InlineData("image/webp")]
    [InlineData("image/heic")]
    [InlineData("image/avif")]
    public async Task Size_camera_and_turning_reach_the_row(string type)
    {
        using var client = await cloud.NewOrganizationAsync();
        var exif = ExifBuilder.Camera(orientation: 6);
        var heif = new HeifBuilder { Exif = exif, Brand = type[^4..], PictureBytes = 100_000 };
        var bytes = type == "image/webp" ? WebPBuilder.WithExif(exif, 100_000) : heif.Build();
        var ticket = await TicketAsync(client, bytes, type);

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        var photo = await client.UntilAsync(ticket, "processing", "failed");

        Assert.Equal(("processing", 640, 480), (photo.GetProperty("status").GetString(),
            photo.GetProperty("width").GetInt32(), photo.GetProperty("height").GetInt32()));
        Assert.Equal("Test Camera", photo.GetProperty("exif_data").GetProperty("camera_model").GetString());
        // EXIF says that the picture lies on its side, which in HEIF does not count.
        Assert.Equal([type == "image/webp" ? (short)6 : (short)1], await cloud.RowAsync(
            "select orientation from photos where id = $1", photo.GetProperty("id").GetGuid()));
    }

    [Theory]
    [InlineData("audio/mpeg", "fLaC\0\0\0\"", "audio/flac")]
    [InlineData("audio/mp4", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "image/heic")]
    [InlineData("image/heic", "\0\0\0\u0018ftypmp42\0\0\0\0isommp42", "application/mp4")]
    [InlineData("audio/mp4", "\0\0\0\u0018ftypM4V \0\0\0\0isommp42", "of no known type")]
    [InlineData("audio/wav", "RIFF\0\0\0\0AVI ", "of no known type")]
    public async Task A_file_of_another_type_fails(string type, string head, string found)
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = File(head);
        var ticket = await TicketAsync(client, bytes, type);

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        var photo = await client.UntilAsync(ticket, "processing", "failed");

        Assert.Equal($"type_mismatch: the ticket was for {type}, the content is {found}",
            photo.GetProperty("failure_reason").GetString());
    }

    private static byte[] File(string head) => [.. Encoding.Latin1.GetBytes(head), .. new byte[2048 - head.Length]];

    private static async Task<System.Text.Json.JsonElement> TicketAsync(ApiClient client, byte[] bytes, string type)
    {
        var project = await client.NewProjectAsync(new JsonObject { ["allowed_types"] = new JsonArray(type) });
        return await client.NewTicketAsync(project, bytes, type);
    }
}
