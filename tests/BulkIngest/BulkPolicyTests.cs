using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>What a project, or the message, says of the objects' metadata.</summary>
public sealed class BulkPolicyTests(CloudFixture cloud)
{
    private const string Columns = """
        select coalesce(exif_data->>'iso', '-'), coalesce(gps_coordinates->>'latitude', '-'),
          coalesce(taken_at::text, '-'), coalesce(taken_at_source, '-'), orientation
        from photos
        """;

    [Theory]
    [InlineData("keep", "100,53.5,2024-05-01 12:29:58,exif_original,6")]
    [InlineData("coarsen", "-,-,-,-,")]
    [InlineData("drop", "-,-,-,-,")]
    public async Task A_project_that_keeps_no_positions_takes_none_from_descriptors(string gps, string expected)
    {
        await using var stage = await BulkStage.NewAsync(cloud, $"update projects set gps = '{gps}'");

        Assert.Empty(await stage.Function.IngestAsync([BulkStage.Message(Told(stage, "a"))]));

        Assert.Equal([expected], await stage.RowsAsync(Columns));
    }

    [Fact]
    public async Task Objects_that_are_not_to_be_read_are_not_looked_at()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var told = BulkStage.Message(Told(stage, "told"));

        Assert.Empty(await stage.Function.IngestAsync(
        [
            told.Replace("\"version\"", "\"inspect\":false,\"version\"", StringComparison.Ordinal),
            BulkStage.Message(stage.Descriptor("read")),
        ]));

        Assert.Equal(["read.jpg,-1", "told.jpg,0"],
            await stage.RowsAsync("select file_name, coalesce(extractor_version, -1) from photos"));
        Assert.Equal([$"{stage.Project}/read.jpg"],
            (await stage.ReceiveAsync("events")).Select(look => (string)look["PhotoLambdaLook"]![0]!["key"]!));
        Assert.Equal(2, (await stage.ReceiveAsync("jobs")).Count);
    }

    private static JsonObject Told(BulkStage stage, string name)
    {
        var descriptor = stage.Descriptor(name);
        descriptor["exif_data"] = JsonNode.Parse("""
            {
              "gps_coordinates": {"latitude": 53.5, "longitude": 9.9}, "iso": 100, "orientation": 6,
              "taken_at": "2024-05-01T12:29:58", "taken_at_source": "exif_original"
            }
            """);
        return descriptor;
    }
}
