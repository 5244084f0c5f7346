using System.Diagnostics;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>Store and database refuse, fail or are silent: the call says so, in time, and nothing is lost.</summary>
public class MediaOutageTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(), 30_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403, 0)]
    [InlineData(500, 1)]
    [InlineData(503, 1)]
    public async Task A_store_that_says_no_is_unavailable(int status, long rowsLeft)
    {
        var home = await stage.NewAsync();
        await using var broken = await BrokenStore.StartAsync(status);
        using var store = stage.Open(broken.Address, seconds: 2);

        var refused = await Assert.ThrowsAsync<MediaStoreUnavailableException>(
            () => store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop));

        Assert.Contains($"{status}", refused.Message);
        Assert.Null(refused.RetryAfter);
        // Whatever became of the object, this is told by the row: refused for good, there is none.
        Assert.Equal([rowsLeft], await stage.Cloud.RowAsync(
            "select count(*) from photos where session_id = $1 and expires_at <= now()", home.Session));
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_hangs_is_not_waited_for(bool isReading)
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo, "there.jpg"), Stop);
        await using var silent = await BrokenStore.StartAsync(http => Task.Delay(-1, http.RequestAborted));
        using var store = stage.Open(silent.Address, seconds: 2);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<MediaStoreUnavailableException>(() => isReading
            ? store.OpenAsync(home.User, row.Id, cancellation: Stop)
            : store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop));

        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 10);
        // A link needs no store.
        await store.GetUrlAsync(home.User, row.Id, cancellation: Stop);
    }

    [Fact]
    public async Task A_bucket_that_failed_too_often_is_left_alone()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        await using var broken = await BrokenStore.StartAsync(503);
        using var store = stage.Open(broken.Address, seconds: 2);

        MediaStoreUnavailableException refused;
        var calls = 0;
        do
        {
            refused = await Assert.ThrowsAsync<MediaStoreUnavailableException>(
                () => store.OpenAsync(home.User, row.Id, cancellation: Stop));
        }
        while (refused.RetryAfter is null && ++calls < 10);
        var requests = broken.Requests;
        var open = await Assert.ThrowsAsync<MediaStoreUnavailableException>(
            () => store.UploadOriginalAsync(home.User, home.Upload(Photo, "b.jpg"), Stop));

        Assert.Equal(requests, broken.Requests);
        Assert.InRange(open.RetryAfter!.Value.TotalSeconds, 30, 60);
        Assert.Equal(row.Id, (await store.GetAsync(home.User, row.Id, Stop)).Id);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_continued()
    {
        var home = await stage.NewAsync();
        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var breaks = 0;
        await using var shaky = await BrokenStore.StartAsync(async http =>
        {
            var from = int.Parse(http.Request.Headers.Range.ToString().Split('=', '-')
                is [_, var start, ..] ? start : "0", System.Globalization.CultureInfo.InvariantCulture);
            http.Response.Headers.ETag = "\"e\"";
            http.Response.ContentLength = Photo.Length - from;
            if (from > 0)
            {
                http.Response.StatusCode = 206;
                http.Response.Headers.ContentRange = $"bytes {from}-{Photo.Length - 1}/{Photo.Length}";
            }

            var isBroken = breaks++ == 0;
            await http.Response.Body.WriteAsync(Photo.AsMemory(from..(isBroken ? 10_000 : Photo.Length)));
            await http.Response.Body.FlushAsync();
            if (isBroken)
            {
                http.Abort();
            }
        });
        using var store = stage.Open(shaky.Address, seconds: 10);

        await using var content = await store.OpenAsync(home.User, row.Id, cancellation: Stop);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Stop);

        Assert.Equal(2, breaks);
        Assert.Equal(Photo, bytes.ToArray());
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_to_be()
    {
        var home = await stage.NewAsync();
        using var silent = UnreliableDatabase.Silent();
        await using var nowhere = FunctionDatabase.Open($"Host=127.0.0.1;Port={silent.Port};Username=a;Database=a");
        using var store = stage.Open(seconds: 2, database: nowhere);

        await Assert.ThrowsAsync<MediaStoreUnavailableException>(() => store.GetAsync(home.User, home.Project, Stop));
        silent.GoDown();
        await Assert.ThrowsAsync<MediaStoreUnavailableException>(
            () => store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop));
    }

    [Theory]
    [InlineData("INSERT 0 1")]
    [InlineData("UPDATE 1")]
    public async Task A_lost_answer_of_the_database_is_asked_for_again(string answer)
    {
        var home = await stage.NewAsync();
        var (shaky, url) = UnreliableDatabase.InFrontOf(
            stage.Cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"]!);
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(url));
        using var store = stage.Open(database: database);
        (shaky.LosesAnswerWith, shaky.LosesNextAnswer) = (answer, true);

        var row = await store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);

        Assert.False(shaky.LosesNextAnswer);
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed")).Status);
        Assert.Equal([1L, null], await stage.Cloud.RowAsync(
            "select count(*), max(expires_at) from photos where session_id = $1", home.Session));
        shaky.Dispose();
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_of_an_outage()
    {
        var home = await stage.NewAsync();
        await using var silent = await BrokenStore.StartAsync(http => Task.Delay(-1, http.RequestAborted));
        using var store = stage.Open(silent.Address);
        using var enough = new CancellationTokenSource();
        await using var content = new OddStream(Photo, Photo.Length) { Pause = enough.CancelAsync };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.UploadOriginalAsync(home.User, home.Upload(content), enough.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.GetAsync(home.User, home.Project, enough.Token));

        Assert.Equal(["pending_upload", true], await stage.Cloud.RowAsync(
            "select status, expires_at <= now() from photos where session_id = $1", home.Session));
    }

    [Fact]
    public void Options_are_looked_at_when_the_store_is_opened()
    {
        var good = stage.Options();
        foreach (var (wrong, message) in new (MediaStoreOptions, string)[]
        {
            (good with { OriginalsBucket = " " }, "OriginalsBucket"),
            (good with { VisualizationsBucket = good.OriginalsBucket }, "VisualizationsBucket is '"),
            (good with { Timeout = TimeSpan.Zero }, "Timeout is 00:00:00; it must be 1 second to 01:00:00"),
            (good with { TransferTimeout = TimeSpan.FromDays(2) }, "TransferTimeout is 2.00:00:00; it must be"),
        })
        {
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => MediaStore.Open(wrong)).Message);
        }

        Assert.Contains("AWS_REGION is not set", Assert.Throws<SettingException>(
            () => MediaStore.Open(good with { Variable = _ => null })).Message);
    }

    [Fact]
    public async Task Another_role_than_the_workers_sees_its_organization_alone()
    {
        var (home, foreign) = (await stage.NewAsync(), await stage.NewAsync());
        await stage.Cloud.RowAsync("update projects set system_media = 'everyone' where id = $1", home.Project);
        var row = await stage.Store.UploadOriginalAsync(home.Module, home.Upload(Photo), Stop);
        await using var api = NpgsqlDataSource.Create(DatabaseUrl.ToConnectionString(
            stage.Cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!));
        using var store = stage.Open(database: api);

        Assert.True(await store.ExistsAsync(home.User, row.Id, Stop));
        Assert.False(await store.ExistsAsync(foreign.User, row.Id, Stop));
        Assert.True(await stage.Store.ExistsAsync(foreign.User, row.Id, Stop));
    }
}
