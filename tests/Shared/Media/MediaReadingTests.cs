using System.Web;
using PhotoLambda.Media;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>Who may read what, and what is read: bytes, ranges, links, rows, pages.</summary>
public class MediaReadingTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(), 30_000);
    private static readonly byte[] Wav = MediaSamples.All.Single(s => s.Type == "audio/wav").Bytes;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // "yes"; "no": another user's; "none": there is nothing, as far as the caller can know.
    [Theory]
    [InlineData("ada", "ada", "organization", "yes yes")]
    [InlineData("ada", "bob", "organization", "no no")]
    [InlineData("ada", "module", "organization", "yes yes")]
    [InlineData("ada", "stranger", "organization", "none none")]
    [InlineData("ada", "foreign module", "organization", "none none")]
    [InlineData("ada", "stranger", "everyone", "none none")]
    [InlineData(null, "ada", "organization", "yes no")]
    [InlineData(null, "module", "organization", "yes yes")]
    [InlineData(null, "stranger", "organization", "none none")]
    [InlineData(null, "foreign module", "organization", "none none")]
    [InlineData(null, "stranger", "everyone", "yes no")]
    [InlineData(null, "foreign module", "everyone", "yes no")]
    public async Task Who_may_read_and_who_may_change(string? owner, string who, string system, string expected)
    {
        var (home, foreign) = (await stage.NewAsync(), await stage.NewAsync());
        await stage.Cloud.RowAsync("update projects set system_media = $2 where id = $1", home.Project, system);
        var sound = await stage.Store.UploadAudioAsync(
            owner is null ? home.Module : home.User, home.Upload(Wav, "a.wav"), Stop);
        var caller = who switch
        {
            "ada" or "bob" => MediaCaller.User(home.Organization, who),
            "module" => home.Module,
            "stranger" => foreign.User,
            _ => foreign.Module,
        };

        var readings = new[]
        {
            await OutcomeAsync(() => stage.Store.GetAsync(caller, sound.Id, Stop)),
            await OutcomeAsync(async () =>
            {
                await using var content = await stage.Store.OpenAsync(caller, sound.Id, cancellation: Stop);
                return content.Length;
            }),
            await OutcomeAsync(() => stage.Store.GetUrlAsync(caller, sound.Id, cancellation: Stop)),
            await OutcomeAsync(async () => await stage.Store.FindAsync(caller, home.Session, "a.wav", Stop)
                ?? throw new MediaNotFoundException("a.wav")),
        };
        var exists = await stage.Store.ExistsAsync(caller, sound.Id, Stop);
        var change = await OutcomeAsync(() => stage.Store.SetTranscriptAsync(caller, sound.Id, "Ahoy", Stop));
        var deletion = await OutcomeAsync(async () => await stage.Store.DeleteAsync(caller, sound.Id, Stop)
            ? true
            : throw new MediaNotFoundException("false"));

        var reading = Assert.Single(readings.Distinct());
        Assert.Equal(expected, $"{reading} {change}");
        Assert.Equal(reading == "yes", exists);
        // What another organization shares is nothing that one could delete.
        Assert.Equal(who is "stranger" or "foreign module" ? "none" : change, deletion);
    }

    [Fact]
    public async Task Ranges_are_what_was_asked_for()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);

        foreach (var (offset, count) in ((long, long?)[])[(0, null), (0, 1), (10, 20), (29_990, 500), (29_999, null)])
        {
            await using var content = await stage.Store.OpenAsync(
                home.User, row.Id, MediaVariant.Original, offset, count, Stop);
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, Stop);
            Assert.Equal(Photo.Skip((int)offset).Take((int)(count ?? Photo.Length)), bytes.ToArray());
            Assert.Equal((bytes.Length, Photo.Length, "image/jpeg"),
                (content.Length, content.TotalLength, content.ContentType));
        }

        foreach (var (offset, count, message) in ((long, long?, string)[])
        [
            (-1, null, "offset is -1; it must be at least 0"), (0, 0, "count is 0; it must be at least 1"),
            (30_000, null, "offset is 30000; the object has no more bytes than that"),
        ])
        {
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                () => stage.Store.OpenAsync(home.User, row.Id, MediaVariant.Original, offset, count, Stop))).Message);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(169)]
    [InlineData(int.MaxValue)]
    public async Task A_link_lives_for_one_to_168_hours(int hours)
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo, "Möwe \"1\".jpg"), Stop);

        var refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => stage.Store.GetUrlAsync(home.User, row.Id, MediaVariant.Original, hours, Stop));

        Assert.Equal("hours", refused.ParamName);
        Assert.StartsWith($"hours is {hours}; it must be 1 to 168.", refused.Message);
        foreach (var (url, seconds) in new[]
        {
            (await stage.Store.GetUrlAsync(home.User, row.Id, cancellation: Stop), 24 * 3600),
            (await stage.Store.GetUrlAsync(home.User, row.Id, MediaVariant.Original, 1, Stop), 3600),
            (await stage.Store.GetUrlAsync(home.User, row.Id, MediaVariant.Original, 168, Stop), 168 * 3600),
        })
        {
            Assert.Equal($"{seconds}", HttpUtility.ParseQueryString(url.Query)["X-Amz-Expires"]);
            using var http = new HttpClient();
            using var answer = await http.GetAsync(url, Stop);
            Assert.Equal(Photo, await answer.Content.ReadAsByteArrayAsync(Stop));
            Assert.Equal(("image/jpeg", "inline", "Möwe__1_.jpg"), (answer.Content.Headers.ContentType?.MediaType,
                answer.Content.Headers.ContentDisposition?.DispositionType,
                answer.Content.Headers.ContentDisposition?.FileNameStar));
        }
    }

    [Fact]
    public async Task A_link_of_a_project_that_withholds_positions_gives_the_copy()
    {
        var home = await stage.NewAsync(new { scrub_gps = true });
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var read = await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed");

        var link = await stage.Store.GetUrlAsync(home.User, row.Id, cancellation: Stop);
        await using var content = await stage.Store.OpenAsync(home.User, row.Id, cancellation: Stop);

        Assert.EndsWith($"/{read.PublicKey}", link.AbsolutePath);
        Assert.Equal(Photo.Length, content.TotalLength);
        await stage.Cloud.RowAsync("update photos set s3_key_public = null where id = $1", row.Id);
        await Assert.ThrowsAsync<MediaNotFoundException>(
            () => stage.Store.GetUrlAsync(home.User, row.Id, cancellation: Stop));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var (store, user, nothing) = (stage.Store, home.User, Guid.NewGuid());

        foreach (var call in (Func<Task>[])
        [
            () => store.GetAsync(user, nothing, Stop),
            () => store.GetUrlAsync(user, nothing, cancellation: Stop),
            () => store.OpenAsync(user, nothing, cancellation: Stop),
            () => store.SetTranscriptAsync(user, nothing, "a", Stop),
            () => store.OpenAsync(user, row.Id, MediaVariant.Visualization, cancellation: Stop),
            () => store.GetUrlAsync(user, row.Id, MediaVariant.Visualization, 1, Stop),
        ])
        {
            await Assert.ThrowsAsync<MediaNotFoundException>(call);
        }

        Assert.False(await store.ExistsAsync(user, nothing, Stop));
        Assert.Null(await store.FindAsync(user, home.Session, "nothing.jpg", Stop));
        Assert.Empty(await store.ListAsync(user, "ada", after: row, cancellation: Stop));

        await stage.UntilAsync(user, row.Id, r => r.Status == "processing");
        using var s3 = stage.Cloud.S3();
        await s3.DeleteObjectAsync(row.Bucket, row.Key, Stop);
        await Assert.ThrowsAsync<MediaNotFoundException>(() => store.OpenAsync(user, row.Id, cancellation: Stop));
    }

    [Fact]
    public async Task An_object_that_was_replaced_is_not_what_the_row_tells_of()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await stage.UntilAsync(home.User, row.Id, r => r.Status == "processing");
        await stage.Cloud.RowAsync("update photos set etag = repeat('0', 32) where id = $1", row.Id);

        await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.OpenAsync(home.User, row.Id, cancellation: Stop));
    }

    [Fact]
    public async Task A_users_media_come_page_by_page()
    {
        var home = await stage.NewAsync();
        var bob = MediaCaller.User(home.Organization, "bob");
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, (await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo, $"{i}.jpg"), Stop)).Id);
        }

        await stage.Store.UploadOriginalAsync(bob, home.Upload(Photo, "bob.jpg"), Stop);
        await stage.Store.UploadOriginalAsync(home.Module, home.Upload(Photo, "system.jpg"), Stop);

        foreach (var (caller, limit) in new[] { (home.User, 2), (home.User, 5), (home.Module, 1000) })
        {
            var (found, page) = (new List<PhotoRow>(), (IReadOnlyList<PhotoRow>)[]);
            do
            {
                page = await stage.Store.ListAsync(caller, "ada", limit, found.LastOrDefault(), Stop);
                found.AddRange(page);
            }
            while (page.Count == limit);
            Assert.Equal(ids, found.Select(r => r.Id));
        }

        await Assert.ThrowsAsync<MediaNotYoursException>(
            () => stage.Store.ListAsync(bob, "ada", cancellation: Stop));
        foreach (var limit in (int[])[0, 1001])
        {
            Assert.StartsWith($"limit is {limit}; it must be 1 to 1000.",
                (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                    () => stage.Store.ListAsync(bob, "bob", limit, cancellation: Stop))).Message);
        }
    }

    [Fact]
    public async Task A_sound_gets_its_transcript()
    {
        var home = await stage.NewAsync();
        var sound = await stage.Store.UploadAudioAsync(home.User, home.Upload(Wav, "a.wav"), Stop);
        var photo = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var longest = string.Concat(Enumerable.Repeat("🐦", 1_000_000));

        Assert.Equal("Ahoy 🐦", (await stage.Store.SetTranscriptAsync(home.User, sound.Id, "Ahoy 🐦", Stop)).Transcript);
        Assert.Equal(longest, (await stage.Store.SetTranscriptAsync(home.User, sound.Id, longest, Stop)).Transcript);
        Assert.Null((await stage.Store.SetTranscriptAsync(home.User, sound.Id, null, Stop)).Transcript);

        await Assert.ThrowsAsync<MediaTypeException>(
            () => stage.Store.SetTranscriptAsync(home.User, photo.Id, "a", Stop));
        foreach (var wrong in (string[])[longest + "x", "a\0", "\ud83d"])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => stage.Store.SetTranscriptAsync(home.User, sound.Id, wrong, Stop));
        }
    }

    private static async Task<string> OutcomeAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return "yes";
        }
        catch (MediaNotYoursException)
        {
            return "no";
        }
        catch (MediaNotFoundException)
        {
            return "none";
        }
    }
}
