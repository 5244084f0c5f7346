using PhotoLambda.Media;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>A name is taken once; an upload that failed midway is taken up again by whoever's it is.</summary>
public class MediaConflictTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(), 30_000);
    private static readonly byte[] Other = ImageBuilder.Jpeg(64, 48, ExifBuilder.Camera(), 40_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_is_taken_whoever_comes()
    {
        var (home, stranger) = (await stage.NewAsync(), await stage.NewAsync());
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await stage.UntilAsync(home.User, row.Id, r => r.Status == "processing");

        foreach (var (caller, upload) in new[]
        {
            (home.User, home.Upload(Other)),
            // Once it is read it is no more waited for: the same bytes are another upload.
            (home.User, home.Upload(Photo)),
            (home.Module, home.Upload(Photo)),
            (MediaCaller.User(home.Organization, "bob"), home.Upload(Photo)),
            (stranger.User, stranger.Upload(Photo) with { SessionId = home.Session }),
        })
        {
            var refused = await Assert.ThrowsAsync<MediaConflictException>(
                () => stage.Store.UploadOriginalAsync(caller, upload, Stop));
            Assert.Equal($"'photo.jpg' is taken in session '{home.Session}'.", refused.Message);
        }

        Assert.Equal(Photo, await BytesAsync(home, row.Id));
        Assert.Equal([1L], await stage.Cloud.RowAsync(
            "select count(*) from photos where session_id = $1", home.Session));
    }

    [Fact]
    public async Task Who_was_killed_before_the_object_starts_again()
    {
        var home = await stage.NewAsync();
        var id = await KilledAsync(home);

        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);

        Assert.Equal(id, row.Id);
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, id, r => r.Status is "processing" or "failed")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_was_killed_behind_the_object_finds_it(bool isSame)
    {
        var home = await stage.NewAsync();
        var id = await KilledAsync(home, quietly: true);
        await PutQuietlyAsync(home, Photo);
        using var store = OpenQuiet();

        var again = store.UploadOriginalAsync(home.User, home.Upload(isSame ? Photo : Other), Stop);

        if (isSame)
        {
            Assert.Equal((id, (long?)Photo.Length), ((await again).Id, (await again).SizeBytes));
            Assert.Equal([null, true], await stage.Cloud.RowAsync(
                "select expires_at, sha256 is not null from photos where id = $1", id));
            // As long as the event has not come, so it goes on; but only for this content.
            Assert.Equal(id, (await store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop)).Id);
            await Assert.ThrowsAsync<MediaConflictException>(
                () => store.UploadOriginalAsync(home.User, home.Upload(Other), Stop));
        }
        else
        {
            await Assert.ThrowsAsync<MediaConflictException>(() => again);
            Assert.Equal(["pending_upload"], await stage.Cloud.RowAsync("select status from photos where id = $1", id));
        }
    }

    [Fact]
    public async Task Who_was_killed_behind_the_event_finds_it_too()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await stage.UntilAsync(home.User, row.Id, r => r.Status == "processing");
        await stage.Cloud.RowAsync("update photos set expires_at = now(), sha256 = null where id = $1", row.Id);

        await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Other), Stop));
        var again = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);

        Assert.Equal((row.Id, "processing", row.Sha256), (again.Id, again.Status, again.Sha256));
        // Now it was told.
        await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop));
    }

    [Fact]
    public async Task Nobody_else_takes_up_what_a_user_began()
    {
        var home = await stage.NewAsync();
        await KilledAsync(home);

        foreach (var caller in (MediaCaller[])[home.Module, MediaCaller.User(home.Organization, "bob")])
        {
            await Assert.ThrowsAsync<MediaConflictException>(
                () => stage.Store.UploadOriginalAsync(caller, home.Upload(Photo), Stop));
        }
    }

    [Theory]
    [InlineData("now() - interval '1 hour'")]
    [InlineData("null")]
    public async Task What_the_sweep_gave_up_may_be_uploaded_again(string expires)
    {
        var home = await stage.NewAsync();
        var id = await KilledAsync(home);
        await stage.Cloud.RowAsync($"""
            update photos set status = 'failed', failed_by = 'deadline', failure_reason = 'expired: no object came',
              failed_at = now(), expires_at = {expires} where id = $1
            """, id);

        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var read = await stage.UntilAsync(home.User, id, r => r.Status is "processing" or "failed");

        Assert.Equal((id, "processing", null, null), (row.Id, read.Status, read.FailureReason, read.FailedBy));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_those_that_come_at_once_one_wins(bool isSame)
    {
        var home = await stage.NewAsync();
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i =>
            ImageBuilder.Jpeg(64 + (isSame ? 0 : i), 48, length: 20_000 + (isSame ? 0 : i)))];

        // All hold the row before any sends the object.
        var (met, meeting) = (0, new TaskCompletionSource());
        var outcomes = await Task.WhenAll(contents.Select(async bytes =>
        {
            await using var content = new OddStream(bytes, bytes.Length)
            {
                Pause = () =>
                {
                    if (Interlocked.Increment(ref met) == contents.Length)
                    {
                        meeting.SetResult();
                    }

                    return meeting.Task.WaitAsync(TimeSpan.FromSeconds(20));
                },
            };
            try
            {
                return await stage.Store.UploadOriginalAsync(home.User, home.Upload(content), Stop);
            }
            catch (MediaConflictException)
            {
                return null;
            }
        }));

        var won = outcomes.OfType<PhotoRow>().ToArray();
        Assert.Equal(isSame ? 8 : 1, won.Length);
        Assert.Single(won.Select(r => r.Id).Distinct());
        var read = await stage.UntilAsync(home.User, won[0].Id, r => r.Status is "processing" or "failed");
        Assert.Equal(("processing", null), (read.Status, read.FailureReason));
        Assert.Equal(contents[Array.FindIndex(outcomes, o => o is not null)], await BytesAsync(home, read.Id));
    }

    [Fact]
    public async Task A_loser_leaves_the_row_to_who_is_still_at_it()
    {
        var home = await stage.NewAsync();
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var slow = new OddStream(Photo, Photo.Length)
        {
            Pause = () =>
            {
                begun.SetResult();
                return go.Task;
            },
        };
        var first = stage.Store.UploadOriginalAsync(home.User, home.Upload(slow), Stop);
        await begun.Task;

        await using var broken = new OddStream(Photo, Photo.Length) { Fails = (200, new IOException("the disk")) };
        await Assert.ThrowsAsync<IOException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(broken), Stop));
        var wav = MediaSamples.All.Single(s => s.Type == "audio/wav").Bytes;
        await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.UploadAudioAsync(home.User, home.Upload(wav), Stop));
        go.SetResult();

        var row = await first;
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed")).Status);
    }

    [Fact]
    public async Task A_name_is_free_once_its_object_is_deleted()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await stage.UntilAsync(home.User, row.Id, r => r.Status == "processing");
        Assert.True(await stage.Store.DeleteAsync(home.User, row.Id, Stop));
        await stage.Cloud.RowAsync("update deletions set finished_at = null where photo_id = $1", row.Id);

        var busy = await Assert.ThrowsAsync<MediaConflictException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Other), Stop));
        await stage.Cloud.RowAsync("update deletions set finished_at = now() where photo_id = $1", row.Id);
        var next = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Other), Stop);

        Assert.EndsWith("is just being deleted.", busy.Message);
        Assert.NotEqual(row.Id, next.Id);
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, next.Id, r => r.Status == "processing")).Status);
    }

    [Fact]
    public async Task A_failed_upload_leaves_a_row_that_the_sweep_finds()
    {
        var home = await stage.NewAsync();
        await using var broken = new OddStream(Photo, Photo.Length) { Fails = (200, new IOException("the disk")) };

        var failure = await Assert.ThrowsAsync<IOException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(broken), Stop));

        Assert.Equal("the disk", failure.Message);
        Assert.Equal(["pending_upload", true], await stage.Cloud.RowAsync(
            "select status, expires_at <= now() from photos where session_id = $1", home.Session));
    }

    [Fact]
    public async Task What_is_deleted_while_it_is_uploaded_is_gone()
    {
        var home = await stage.NewAsync();
        await using var content = new OddStream(Photo, Photo.Length)
        {
            Pause = async () =>
            {
                var row = await stage.Store.FindAsync(home.User, home.Session, "photo.jpg", Stop);
                Assert.True(await stage.Store.DeleteAsync(home.User, row!.Id, Stop));
            },
        };

        await Assert.ThrowsAsync<MediaNotFoundException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(content), Stop));

        // The object came after its deletion, which is not over before nothing can come any more.
        Assert.Equal([true], await stage.Cloud.RowAsync("""
            select finished_at is null and due_at > now() + interval '10 minutes' from deletions
            where organization_id = $1
            """, home.Organization));
    }

    /// <returns>The row that a process left that was killed while it sent the object.</returns>
    private async Task<Guid> KilledAsync(MediaHome home, bool quietly = false)
    {
        await using var content = new OddStream(Photo, Photo.Length) { Fails = (200, new IOException()) };
        using var store = quietly ? OpenQuiet() : stage.Open();
        await Assert.ThrowsAsync<IOException>(
            () => store.UploadOriginalAsync(home.User, home.Upload(content), Stop));

        // Killed, it could not say that it was no more at it.
        return (Guid)(await stage.Cloud.RowAsync("""
            update photos set expires_at = now() + interval '10 minutes' where session_id = $1 returning id
            """, home.Session))[0]!;
    }

    /// <summary>A store whose bucket nobody is told of.</summary>
    private MediaStore OpenQuiet() =>
        MediaStore.Open(stage.Options() with { OriginalsBucket = CloudFixture.QuietBucket });

    private async Task PutQuietlyAsync(MediaHome home, byte[] bytes)
    {
        using var s3 = stage.Cloud.S3();
        await s3.PutObjectAsync(new()
        {
            BucketName = CloudFixture.QuietBucket,
            Key = $"{home.Session}/photo.jpg",
            InputStream = new MemoryStream(bytes),
        }, Stop);
    }

    private async Task<byte[]> BytesAsync(MediaHome home, Guid id)
    {
        await using var content = await stage.Store.OpenAsync(home.User, id, cancellation: Stop);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Stop);
        return bytes.ToArray();
    }
}
