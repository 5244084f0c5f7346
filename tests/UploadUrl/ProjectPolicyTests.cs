using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A project's policy is what was asked for, and what was left out stays.</summary>
[AnyFlavor]
public class ProjectPolicyTests(CloudFixture cloud)
{
    private static readonly string[] Members =
    [
        "gps", "gps_grid", "scrub_gps", "keep_all_tags", "hash_image_data", "max_pixels", "thumbnail_sizes",
        "publish_to_cdn", "system_media",
    ];

    private static readonly int[] Sizes = [640, 160];

    [Fact]
    public async Task What_is_read_of_files_is_a_projects_choice()
    {
        using var client = await cloud.NewOrganizationAsync();
        var plain = await client.NewProjectAsync();
        var chosen = await client.NewProjectAsync(new
        {
            gps = "coarsen",
            gps_grid = 0.25,
            scrub_gps = true,
            keep_all_tags = true,
            hash_image_data = true,
            max_pixels = 1_000_000,
            thumbnail_sizes = Sizes,
            publish_to_cdn = true,
            system_media = "everyone",
        });

        Assert.Equal("\"keep\" 0.1 false false false 100000000 [] false \"organization\"", await PolicyAsync(client, plain));
        Assert.Equal("\"coarsen\" 0.25 true true true 1000000 [640,160] true \"everyone\"", await PolicyAsync(client, chosen));
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{chosen}",
            new { name = "Quay", policy = new { gps = "drop", scrub_gps = false } });
        Assert.Equal("\"drop\" 0.25 false true true 1000000 [640,160] true \"everyone\"", await PolicyAsync(client, chosen));
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{plain}", new { policy = new { gps_grid = 10 } });
        Assert.Equal("\"keep\" 10 false false false 100000000 [] false \"organization\"", await PolicyAsync(client, plain));
    }

    [Fact]
    public async Task A_repeated_request_makes_one_project_with_its_policy()
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = new { name = "Harbour", policy = new { gps = "drop" } };
        var first = await client.PostAsync("/api/v1/projects", body, "a key of one request");
        var again = await client.PostAsync("/api/v1/projects", body, "a key of one request");

        var id = first.Json.GetProperty("id").GetString()!;
        Assert.Equal((201, 201, id), (first.Status, again.Status, again.Json.GetProperty("id").GetString()));
        Assert.StartsWith("\"drop\"", await PolicyAsync(client, id));
    }

    [Theory]
    [InlineData(1000, 1000, "processing")]
    [InlineData(1000, 1001, "failed")]
    public async Task A_picture_may_have_as_many_pixels_as_the_project_says(int width, int height, string status)
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(width, height);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(new { max_pixels = 1_000_000 }), bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));

        var photo = await client.UntilAsync(ticket, "processing", "failed");

        Assert.Equal(status, photo.GetProperty("status").GetString());
        Assert.Equal("image", photo.GetProperty("kind").GetString());
        Assert.True(photo.GetProperty("extractor_version").GetInt32() > 0);
        foreach (var unknown in new[] { "duration_ms", "bitrate_bps", "sample_rate_hz", "channels", "duplicate_of" })
        {
            Assert.Equal(JsonValueKind.Null, photo.GetProperty(unknown).ValueKind);
        }
    }

    [Fact]
    public async Task A_sound_tells_how_long_it_is()
    {
        using var client = await cloud.NewOrganizationAsync();
        string[] types = ["audio/wav"];
        var project = await client.NewProjectAsync(new { allowed_types = types });
        var ticket = await client.NewTicketAsync(project, Wav(), "audio/wav");
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, Wav()));

        var photo = await client.UntilAsync(ticket, "processing", "failed");

        Assert.Equal(("audio", 500, 8000, 1, 64_000), (photo.GetProperty("kind").GetString(),
            photo.GetProperty("duration_ms").GetInt32(), photo.GetProperty("sample_rate_hz").GetInt32(),
            photo.GetProperty("channels").GetInt32(), photo.GetProperty("bitrate_bps").GetInt32()));
        var (_, list) = await client.SendAsync(HttpMethod.Get, "/api/v1/photos?kind=audio");
        Assert.Equal(500, list.GetProperty("items")[0].GetProperty("duration_ms").GetInt32());
    }

    /// <summary>Half a second of silence in 8 bits, 8 kHz.</summary>
    private static byte[] Wav() =>
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(36 + 4000), .. "WAVEfmt "u8, .. BitConverter.GetBytes(16),
        1, 0, 1, 0, .. BitConverter.GetBytes(8000), .. BitConverter.GetBytes(8000), 1, 0, 8, 0,
        .. "data"u8, .. BitConverter.GetBytes(4000), .. Enumerable.Repeat((byte)128, 4000),
    ];

    private static async Task<string> PolicyAsync(ApiClient client, string id)
    {
        var (status, project) = await client.SendAsync(HttpMethod.Get, $"/api/v1/projects/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        var policy = project.GetProperty("policy");
        return string.Join(' ', Members.Select(m => policy.GetProperty(m).GetRawText()));
    }
}
