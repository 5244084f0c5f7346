using System.Net;
using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>
/// A dropped position is in no row, job, event, answer or line of a log; the same search finds one that is kept.
/// </summary>
public partial class PositionLeakTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_kept_position_is_found_everywhere_it_belongs()
    {
        var told = await RunAsync("keep");

        var found = Scan().Find(told);

        Assert.Contains(found, f => f.StartsWith("the latitude in: the rows"));
        Assert.Contains(found, f => f.StartsWith("the longitude in: the photo"));
        Assert.Contains(found, f => f.StartsWith("the longitude in: the list"));
        Assert.Contains(found, f => f.StartsWith("the seconds of the dump in: the rows"));
        Assert.Contains(found, f => f.StartsWith("the maker's place in: the rows"));
        Assert.Contains(found, f => f.StartsWith("the impossible direction in: the rows"));
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("coarsen")]
    public async Task Another_position_is_found_nowhere(string policy)
    {
        var told = await RunAsync(policy);

        Assert.Empty(Scan().Find(told));
        var photo = told.Single(t => t.StartsWith("the photo"));
        Assert.Equal(policy == "coarsen", photo.Contains("\"latitude\": 46.5, \"longitude\": 7.5, "));
        Assert.Equal(policy == "coarsen", photo.Contains("\"withheld\""));
        // There was enough to look through: all other tags, and the thumbnail.
        Assert.Contains("Test Camera", told.Single(t => t.StartsWith("the rows")));
        Assert.Contains("\"Exif IFD0\":", photo);
        Assert.Contains(told, t => t.StartsWith("the thumbnail") && t.Length > 200);
    }

    private static SecretScan Scan() => new SecretScan()
        .Add("the latitude", "46.498").Add("the longitude", "7.7361").Add("the altitude", "1578.4")
        .Add("the seconds of the dump", "' 53.64").Add("the seconds, escaped", "u0027 53.64")
        .Add("the rational", "5364/100")
        .Add("the impossible direction", "4653217").Add("the maker's place", "Jungfraujoch")
        .Add("the comment", "latitude 46");

    // 46°29'53.64" N 7°44'10.20" E, in EXIF's directory, in a maker's note, in a comment and in a defect.
    private static byte[] Photo() => ImageBuilder.Jpeg(640, 480, ThumbnailBuilder.With(
        () => new ExifBuilder().Ascii(0x010F, "NIKON").Ascii(0x0110, "Test Camera").Ascii(0x9003, "2024:05:01 09:30:00")
            .Raw(0x9286, 7, "ASCII\0\0\0latitude 46 and so on"u8.ToArray())
            .Raw(0x927C, 7, MakerNote())
            .Ascii(1, "N").Rational(2, (46, 1), (29, 1), (5364, 100))
            .Ascii(3, "E").Rational(4, (7, 1), (44, 1), (1020, 100))
            .Raw(5, 1, [0]).Rational(6, (15784, 10)).Rational(0x11, (4653217, 1)),
        ThumbnailBuilder.Talkative()), length: 30_000);

    /// <summary>Of Nikon's second kind: a TIFF structure of its own, here with the name of a place.</summary>
    private static byte[] MakerNote() =>
        [.. "Nikon\0\x02\x10\0\0"u8, .. new ExifBuilder().Ascii(0x0095, "Jungfraujoch").Ascii(0x0082, "x").Build()];

    /// <returns>All that the system has and says of one photo, each part with its name.</returns>
    private async Task<IReadOnlyList<string>> RunAsync(string gps)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(
            new { gps, gps_grid = 1, scrub_gps = true, keep_all_tags = true });
        var photo = await StoredPhoto.NewAsync(cloud, client, project, Photo(), "image/jpeg");
        var lines = await InvokeAsync(photo);
        Assert.Equal("processing", await photo.StatusAsync(cloud));

        var told = new List<string>(lines.Select(l => $"the log {l}"))
        {
            $"the rows {await cloud.TextOfAsync(client.Organization)}",
            $"the photo {await AnswerAsync(client, $"/api/v1/photos/{photo.Id}")}",
            $"the list {await AnswerAsync(client, "/api/v1/photos")}",
            $"the events {await AnswerAsync(client, $"/api/v1/photos/{photo.Id}/timeline")}",
            $"the project {await AnswerAsync(client, $"/api/v1/projects/{project}")}",
        };
        foreach (var key in new[] { $"thumbnails/{photo.Key}.jpg", $"public/{photo.Key}" })
        {
            using var s3 = cloud.S3();
            using var item = await s3.GetObjectAsync(cloud.DerivedBucket, key, TestContext.Current.CancellationToken);
            using var reader = new StreamReader(item.ResponseStream, System.Text.Encoding.Latin1);
            told.Add($"{(key.StartsWith('t') ? "the thumbnail" : "the copy")} {await reader.ReadToEndAsync()}");
        }

        return told;
    }

    /// <returns>All that the function said until it had ended.</returns>
    private async Task<IReadOnlyList<string>> InvokeAsync(StoredPhoto photo)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "OnObjectCreated", ("AWS_LAMBDA_LOG_LEVEL", "TRACE"));
        await api.InvokeAsync(LoneOnObjectCreated.Messages(("1", photo.Event()), ("2", "no event")));
        await function.StopAsync();
        Assert.True(function.Lines.Count >= 2);
        return function.Lines;
    }

    private static async Task<string> AnswerAsync(ApiClient client, string path)
    {
        var (status, body) = await client.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, status);
        // A link is signed to be given away; the bytes behind it are looked through by themselves.
        return SignedQuery().Replace(body.GetRawText(), "\"");
    }

    [GeneratedRegex(@"\?X-Amz-[^""]*""")]
    private static partial Regex SignedQuery();
}
