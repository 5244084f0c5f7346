using System.Net;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Files that are another thing than what their ticket says.</summary>
public class DeclaredTypeTests(CloudFixture cloud)
{
    private static readonly (string Name, byte[] Bytes)[] Foreign =
    [
        ("GIF", WebPBuilder.Gif()),
        ("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"u8.ToArray()),
        ("HTML", "<!DOCTYPE html><html><body onload=\"alert(1)\">\u00FF</body></html>"u8.ToArray()),
        ("ZIP", [.. "PK\u0003\u0004\u0014\0\0\0\0\0"u8, .. new byte[20], .. "PK\u0005\u0006"u8, .. new byte[18]]),
        ("PDF", "%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript>>>>endobj\n%%EOF"u8.ToArray()),
        ("EXE", [.. "MZ"u8, .. new byte[58], 64, 0, 0, 0, .. "PE\0\0"u8, .. new byte[200]]),
        ("zeros", new byte[1024]),
        ("UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("no picture, only words")]),
        ("UTF-16BE", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("no picture, only words")]),
    ];

    [Fact]
    public async Task What_is_no_JPEG_is_not_taken_for_one()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        (string Name, byte[] Bytes)[] files = [.. Foreign, ("JPEG", ImageBuilder.Jpeg())];

        var photos = await Task.WhenAll(files.Select(async file =>
        {
            var bytes = StoredBatch.Padded(file.Bytes);
            var ticket = await client.NewTicketAsync(project, bytes);
            Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
            return await client.UntilAsync(ticket, "processing", "failed");
        }));

        const string reason = "failed type_mismatch: the ticket was for image/jpeg, the content is";
        Assert.Equal(
            [
                $"GIF {reason} image/gif", .. Foreign[1..].Select(f => $"{f.Name} {reason} of no known type"),
                "JPEG uploaded",
            ], files.Zip(photos, (f, p) => $"{f.Name} {p.Outcome()}"));
        Assert.All(photos[1..^1], p => Assert.Equal("file:unknown_type", p.Codes()));
        Assert.Equal((0, 1), await cloud.JobsAsync(client));
    }

    [Fact]
    public async Task Of_all_types_each_is_taken_for_itself_alone()
    {
        var all = MediaSamples.All;
        var pairs = all.SelectMany(real => all.Select(declared => (Real: real, Declared: declared.Type))).ToArray();
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(
            cloud, client, null, [.. pairs.Select(p => (StoredBatch.Padded(p.Real.Bytes), p.Declared))]);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        var photos = await batch.AnswersAsync();
        Assert.Equal(
            pairs.Select(p => p.Real.Type == p.Declared
                ? $"{p.Declared}: uploaded"
                : $"{p.Declared}: failed type_mismatch: the ticket was for {p.Declared}, the content is {p.Real.Type}"),
            pairs.Zip(photos, (p, photo) => $"{p.Declared}: {photo.Outcome()}"));
        // The samples are sound, so what failed did so for its type alone.
        Assert.All(photos, photo => Assert.Equal("", photo.Codes()));
        Assert.Equal((0, all.Length), await cloud.JobsAsync(client));
    }

    [Fact]
    public async Task A_film_is_not_taken_for_a_sound()
    {
        var films = MediaSamples.Films.Select(f => (f.Bytes, f.Type.Replace("video", "audio"))).ToArray();
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(cloud, client, null, films);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        Assert.Equal(
            [
                "failed type_mismatch: the ticket was for audio/mp4, the content is video/mp4",
                "failed type_mismatch: the ticket was for audio/ogg, the content is video/ogg",
            ], (await batch.AnswersAsync()).Select(p => p.Outcome()));
        Assert.Equal((0, 0), await cloud.JobsAsync(client));
    }
}
