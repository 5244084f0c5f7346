using PhotoLambda.Media;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>A photo has one visualization, and no object is left that no photo is linked to.</summary>
public class MediaVisualizationTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(640, 480, length: 3_000);
    private static readonly byte[] Drawn = ImageBuilder.Png(640, 480, length: 9_000);
    private static readonly byte[] Redrawn = ImageBuilder.Png(320, 240, length: 9_500);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_visualization_is_linked_to_its_photo()
    {
        var home = await stage.NewAsync();
        var photo = await PhotoAsync(home);

        var row = await stage.Store.UploadVisualizationAsync(home.Module, Of(photo, Drawn, "boxes 1"), Stop);

        Assert.Equal((photo.Id, stage.Cloud.DerivedBucket, $"{home.Session}/viz_boxes_1.png"),
            (row.Id, row.VisualizationBucket, row.VisualizationKey));
        await using var stream = await stage.Store.OpenAsync(
            home.User, photo.Id, MediaVariant.Visualization, cancellation: Stop);
        Assert.Equal(("image/png", Drawn.Length), (stream.ContentType, stream.TotalLength));
        using var http = new HttpClient();
        Assert.Equal(Drawn, await http.GetByteArrayAsync(
            await stage.Store.GetUrlAsync(home.User, photo.Id, MediaVariant.Visualization, 1, Stop), Stop));
        Assert.Equal(0, await PlannedAsync(home));
    }

    [Theory]
    [InlineData("run-7", "chart.txt", "run-7/viz_chart.txt.png")]
    [InlineData("run-7", "chart.PNG", "run-7/viz_chart.PNG")]
    [InlineData("run-7", "chart.jpg", "run-7/viz_chart.jpg.png")]
    public async Task A_name_tells_the_type(string session, string name, string key)
    {
        var home = await stage.NewAsync();
        var photo = await PhotoAsync(home);
        session = $"{home.Session}-{session}";

        var row = await stage.Store.UploadVisualizationAsync(
            home.User, Of(photo, Drawn, name) with { SessionId = session }, Stop);

        Assert.Equal($"{home.Session}-{key}", row.VisualizationKey);
    }

    [Fact]
    public async Task A_photo_without_a_session_stands_for_one()
    {
        var home = await stage.NewAsync();
        var photo = await PhotoAsync(home);
        await stage.Cloud.RowAsync("update photos set session_id = null where id = $1", photo.Id);

        var row = await stage.Store.UploadVisualizationAsync(home.User, Of(photo, Drawn), Stop);

        Assert.Equal($"{photo.Id}/viz_boxes.png", row.VisualizationKey);
    }

    [Fact]
    public async Task The_next_one_takes_the_place_of_the_one_before()
    {
        var home = await stage.NewAsync();
        var photo = await PhotoAsync(home);
        await stage.Store.UploadVisualizationAsync(home.User, Of(photo, Drawn, "a"), Stop);

        var row = await stage.Store.UploadVisualizationAsync(home.User, Of(photo, Redrawn, "b"), Stop);
        await SweepAsync(home);

        Assert.Equal($"{home.Session}/viz_b.png", row.VisualizationKey);
        Assert.Equal(["viz_b.png"], await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var home = await stage.NewAsync();
        var (first, second) = (await PhotoAsync(home, "1.jpg"), await PhotoAsync(home, "2.jpg"));
        await stage.Store.UploadVisualizationAsync(home.User, Of(first, Drawn), Stop);

        foreach (var upload in (VisualizationUpload[])[Of(first, Drawn), Of(first, Redrawn), Of(second, Drawn)])
        {
            await Assert.ThrowsAsync<MediaConflictException>(
                () => stage.Store.UploadVisualizationAsync(home.User, upload, Stop));
        }

        await SweepAsync(home);
        Assert.Equal(["viz_boxes.png"], await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
        Assert.Null((await stage.Store.GetAsync(home.User, second.Id, Stop)).VisualizationKey);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_photos_that_want_a_name_at_once_one_gets_it(bool isSame)
    {
        var home = await stage.NewAsync();
        var photos = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PhotoAsync(home, $"{i}.jpg")));

        var won = await Task.WhenAll(photos.Select(async (photo, i) =>
        {
            try
            {
                var bytes = isSame ? Drawn : ImageBuilder.Png(64 + i, 48, length: 9_000 + i);
                return await stage.Store.UploadVisualizationAsync(home.User, Of(photo, bytes), Stop);
            }
            catch (MediaConflictException)
            {
                return null;
            }
        }));
        await SweepAsync(home);

        var winner = Assert.Single(won.OfType<PhotoRow>());
        Assert.Equal(["viz_boxes.png"], await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
        Assert.Equal([winner.Id, 1L], await stage.Cloud.RowAsync("""
            select min(id::text)::uuid, count(*) from photos
            where session_id = $1 and s3_key_visualization is not null
            """, home.Session));
    }

    [Fact]
    public async Task What_a_killed_process_left_goes_on_or_goes()
    {
        var home = await stage.NewAsync();
        var (photo, other) = (await PhotoAsync(home, "1.jpg"), await PhotoAsync(home, "2.jpg"));
        await KilledAsync(home, "boxes.png");
        await KilledAsync(home, "lines.png");

        var row = await stage.Store.UploadVisualizationAsync(home.User, Of(photo, Drawn), Stop);
        await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.UploadVisualizationAsync(home.User, Of(other, Redrawn, "lines"), Stop));
        await SweepAsync(home);

        Assert.Equal($"{home.Session}/viz_boxes.png", row.VisualizationKey);
        Assert.Equal(["viz_boxes.png"], await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
        Assert.Equal($"{home.Session}/viz_lines.png", (await stage.Store.UploadVisualizationAsync(
            home.User, Of(other, Redrawn, "lines"), Stop)).VisualizationKey);
    }

    [Fact]
    public async Task A_photo_that_is_deleted_meanwhile_leaves_nothing()
    {
        var home = await stage.NewAsync();
        var photo = await PhotoAsync(home);
        await using var content = new OddStream(Drawn, Drawn.Length)
        {
            Pause = async () => Assert.True(await stage.Store.DeleteAsync(home.User, photo.Id, Stop)),
        };

        await Assert.ThrowsAsync<MediaNotFoundException>(() => stage.Store.UploadVisualizationAsync(
            home.User, Of(photo, Drawn) with { Content = content }, Stop));
        await SweepAsync(home);

        Assert.Empty(await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
    }

    [Fact]
    public async Task What_is_no_picture_of_a_photo_is_refused()
    {
        var (home, stranger) = (await stage.NewAsync(), await stage.NewAsync());
        var photo = await PhotoAsync(home);
        var wav = MediaSamples.All.Single(s => s.Type == "audio/wav").Bytes;
        var sound = await stage.Store.UploadAudioAsync(home.User, home.Upload(wav, "a.wav"), Stop);

        async Task RefusedAsync<T>(MediaCaller caller, VisualizationUpload upload) where T : Exception =>
            await Assert.ThrowsAsync<T>(() => stage.Store.UploadVisualizationAsync(caller, upload, Stop));

        await RefusedAsync<MediaTypeException>(home.User, Of(sound, Drawn));
        await RefusedAsync<MediaTypeException>(home.User, Of(photo, wav));
        await RefusedAsync<MediaTypeException>(home.User, Of(photo, [.. "<svg xmlns='a'/>"u8]));
        await RefusedAsync<MediaTypeException>(home.User, Of(photo, Drawn) with { ContentType = "image/webp" });
        await RefusedAsync<ArgumentException>(home.User, Of(photo, []));
        await RefusedAsync<ArgumentException>(home.User, Of(photo, Drawn, "..."));
        await RefusedAsync<ArgumentException>(home.User, Of(photo, Drawn) with { SessionId = "public" });
        await RefusedAsync<MediaTooLargeException>(home.User,
            Of(photo, []) with { Content = new OddStream(Drawn, 524_288_001, canSeek: true) });
        await RefusedAsync<MediaNotFoundException>(stranger.Module, Of(photo, Drawn));
        await RefusedAsync<MediaNotYoursException>(MediaCaller.User(home.Organization, "bob"), Of(photo, Drawn));
        Assert.Empty(await stage.KeysAsync(stage.Cloud.DerivedBucket, home.Session));
        Assert.Equal(0, await PlannedAsync(home));
    }

    private static VisualizationUpload Of(PhotoRow photo, byte[] bytes, string name = "boxes") => new()
    {
        PhotoId = photo.Id,
        FileName = name,
        Content = new MemoryStream(bytes),
    };

    private Task<PhotoRow> PhotoAsync(MediaHome home, string name = "photo.jpg") =>
        stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo, name), Stop);

    /// <summary>An object whose process was killed before it could link the photo to it.</summary>
    private async Task KilledAsync(MediaHome home, string name)
    {
        using var s3 = stage.Cloud.S3();
        var key = $"{home.Session}/viz_{name}";
        await s3.PutObjectAsync(
            new() { BucketName = stage.Cloud.DerivedBucket, Key = key, InputStream = new MemoryStream(Drawn) }, Stop);
        var links = new VisualizationRows(stage.Worker, stage.Cloud.DerivedBucket);
        Assert.True(await links.PlanAsync(
            home.Organization, Guid.NewGuid(), key, DateTimeOffset.UtcNow.AddMinutes(10), Stop));
    }

    private async Task<long> PlannedAsync(MediaHome home) => (long)(await stage.Cloud.RowAsync(
        "select count(*) from deletions where organization_id = $1 and finished_at is null", home.Organization))[0]!;

    /// <summary>Lets the sweep carry out all deletions of the organization.</summary>
    private async Task SweepAsync(MediaHome home)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var http = new HttpClient { BaseAddress = stage.Cloud.Cloud.Api };
        await stage.Cloud.RowAsync(
            "update deletions set due_at = now() where organization_id = $1 and finished_at is null",
            home.Organization);
        using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, limit.Token);
        while (await PlannedAsync(home) > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
