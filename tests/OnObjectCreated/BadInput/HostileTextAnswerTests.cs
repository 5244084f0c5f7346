using System.Text.Json;
using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>Text of EXIF tags from strangers, from the object through the database to the API's answer.</summary>
public class HostileTextAnswerTests(CloudFixture cloud)
{
    private static readonly string[] Texts = ["camera_make", "camera_model", "lens_make", "lens_model", "software"];

    [Fact]
    public async Task A_thousand_hostile_texts_come_out_as_valid_JSON()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var blocks = Enumerable.Range(0, 100).Select(_ => HostileTextTests.Block(random)).ToArray();
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(cloud, client, StoredBatch.AllPolicies,
            [.. blocks.Select(b => (ImageBuilder.Jpeg(exif: b, length: 16 * 1024), "image/jpeg"))]);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        var bytes = await client.Http.GetByteArrayAsync(
            "/api/v1/photos?limit=100", TestContext.Current.CancellationToken);
        using var list = JsonDocument.Parse(bytes);
        var photos = list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(p => p.Text("id")!);
        Assert.Equal(100, photos.Values.Count(p => p.Outcome() == "uploaded"));
        Assert.Equal(
            blocks.Select(b => Told(MetadataTestFiles.ReadExif(b))),
            batch.Photos.Select(p => Told(photos[$"{p.Id}"])));
        Assert.All(photos.Values, p => Assert.DoesNotContain(Strings(p), s => s.Any(char.IsControl)));
        Assert.InRange(photos.Values.Sum(p => Strings(p).Count()), 1000, int.MaxValue);
    }

    private static string Told(MediaMetadata metadata) => string.Join('|', metadata.Exif?.CameraMake,
        metadata.Exif?.CameraModel, metadata.Exif?.LensMake, metadata.Exif?.LensModel, metadata.Exif?.Software);

    private static string Told(JsonElement photo) => string.Join('|', Texts.Select(
        name => photo.GetProperty("exif_data").TryGetProperty(name, out var text) ? text.GetString() : null));

    /// <summary>All that was read out of the file, at any depth.</summary>
    private static IEnumerable<string> Strings(JsonElement photo) =>
        Leaves(photo.GetProperty("exif_data")).Concat(Leaves(photo.GetProperty("metadata_errors")));

    private static IEnumerable<string> Leaves(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => Leaves(m.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };
}
