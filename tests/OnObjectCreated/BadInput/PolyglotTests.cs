using System.Net;

namespace PhotoLambda.Tests;

/// <summary>Pictures that are something else, too: each is what its signature says, and no more is told.</summary>
public class PolyglotTests(CloudFixture cloud)
{
    /// <summary>Stands in each part that is not of the picture.</summary>
    private const string Foreign = "4F0RE1GN";

    private static readonly (string Name, string Type, byte[] Bytes)[] Files =
    [
        ("JPEG and ZIP", "image/jpeg",
        [
            .. ImageBuilder.Jpeg(),
            .. "PK\u0003\u0004\u0014\0\0\04F0RE1GN.js"u8, .. "PK\u0005\u0006"u8, .. new byte[18],
        ]),
        ("GIF and script", "image/gif",
            [.. "GIF89a/*\u0001\0\0\0\0"u8, 0x2C, .. new byte[9], 2, 0, 0x3B, .. "*/=1;alert('4F0RE1GN')//"u8]),
        ("PNG and HTML", "image/png",
        [
            .. ImageBuilder.Png()[..33],
            .. ImageBuilder.Chunk("tEXt", "Comment\0<script>alert('4F0RE1GN')</script>"u8.ToArray()),
            .. ImageBuilder.Png()[33..],
        ]),
        ("JPEG and script", "image/jpeg", ImageBuilder.Jpeg(before: ImageBuilder.Segment(
            0xFE, "*/=alert('4F0RE1GN');/*<script>4F0RE1GN</script>"u8.ToArray()))),
        ("JPEG and PDF", "image/jpeg", ImageBuilder.Jpeg(before: ImageBuilder.Segment(
            0xFE, "\n%PDF-1.7\n1 0 obj<</Type/Catalog/Title(4F0RE1GN)>>endobj\n%%EOF\n"u8.ToArray()))),
        ("WebP and HTML", "image/webp", WebPBuilder.File(
            [WebPBuilder.Lossy(640, 480), WebPBuilder.Chunk("XMP ", "<html>4F0RE1GN</html>"u8.ToArray())])),
    ];

    [Fact]
    public async Task A_polyglot_is_the_picture_that_it_says_to_be()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new
        {
            allowed_types = Files.Select(f => f.Type).Distinct(),
            keep_all_tags = true,
            hash_image_data = true,
        });

        var texts = await Task.WhenAll(Files.Select(async file =>
        {
            var bytes = StoredBatch.Padded(file.Bytes);
            var ticket = await client.NewTicketAsync(project, bytes, file.Type);
            Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
            var photo = await client.UntilAsync(ticket, "processing", "failed");
            Assert.Equal(
                $"{file.Name} uploaded {file.Type}", $"{file.Name} {photo.Outcome()} {photo.Text("mime_type")}");
            return photo.GetRawText() + await client.Http.GetStringAsync(
                $"/api/v1/photos/{photo.Text("id")}/timeline", TestContext.Current.CancellationToken);
        }));

        Assert.All(texts, text => Assert.DoesNotContain(Foreign, text));
        // All rows of all tables, and with them all jobs.
        Assert.DoesNotContain(Foreign, await cloud.TextOfAsync(client.Organization));
    }
}
