using System.Security.Cryptography;
using PhotoLambda.Media;

namespace PhotoLambda.Tests;

/// <summary>What a module stores is there, and is read as what comes by a ticket is.</summary>
public class MediaUploadTests(MediaStage stage) : IClassFixture<MediaStage>
{
    private static readonly byte[] Photo = ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(orientation: 6), 30_000);

    private static readonly string[] OnlyPng = ["image/png"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_original_is_read_and_has_its_job()
    {
        var home = await stage.NewAsync();
        await using var content = new OddStream(Photo, Photo.Length);

        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(content) with
        {
            ContentType = "IMAGE/jpeg",
            DetectionTypes = ["boats"],
            Priority = "high",
            CorrelationId = "c-1",
        }, Stop);
        var read = await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed");

        Assert.Equal(("service", "ada", home.Session, (long?)Photo.Length),
            (row.UploadSource, row.UploadedByUserId, row.SessionId, row.SizeBytes));
        Assert.Equal(("processing", null), (read.Status, read.FailureReason));
        Assert.Equal((640, 480, (short)6, "image/jpeg"),
            (read.Width, read.Height, read.Orientation, read.ContentType));
        Assert.Contains("Test Camera", read.ExifData);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Photo)), read.Sha256);
        Assert.Equal(["boats"], read.DetectionTypes);
        Assert.Equal(("high", "c-1"), (read.Priority, read.CorrelationId));
        Assert.Equal(["upload begun", "object created", "job queued"], await CausesAsync(row.Id));
        Assert.Equal([null], await stage.Cloud.RowAsync("select expires_at from photos where id = $1", row.Id));
    }

    [Theory]
    [InlineData("audio/mpeg")]
    [InlineData("audio/wav")]
    [InlineData("audio/flac")]
    [InlineData("audio/mp4")]
    public async Task A_sound_gets_duration_and_rates(string type)
    {
        var home = await stage.NewAsync();
        var bytes = MediaSamples.All.Single(s => s.Type == type).Bytes;

        var row = await stage.Store.UploadAudioAsync(home.Module, home.Upload(bytes, "song"), Stop);
        var read = await stage.UntilAsync(home.Module, row.Id, r => r.Status is "processing" or "failed");

        Assert.Equal(("processing", "audio", type), (read.Status, read.Kind, read.ContentType));
        Assert.Equal((true, true, true), (read.DurationMs > 0, read.BitrateBps > 0, read.SampleRateHz > 0));
        Assert.Null(read.UploadedByUserId);
    }

    [Fact]
    public async Task A_large_stream_goes_in_parts_and_is_found_as_a_duplicate()
    {
        var home = await stage.NewAsync();
        const int Length = 12_000_000;

        var first = await stage.Store.UploadOriginalAsync(
            home.User, home.Upload(new OddStream(Photo, Length), "first"), Stop);
        await stage.UntilAsync(home.User, first.Id, r => r.Status == "processing");
        var second = await stage.Store.UploadOriginalAsync(
            home.User, home.Upload(new MemoryStream([.. Photo, .. new byte[Length - Photo.Length]]), "second"), Stop);
        var read = await stage.UntilAsync(home.User, second.Id, r => r.DuplicateOf is not null);

        Assert.Contains('-', (await stage.Store.GetAsync(home.User, first.Id, Stop)).ETag!);
        Assert.Equal((first.Id, first.Sha256, (long?)Length), (read.DuplicateOf!.Value, read.Sha256, read.SizeBytes));
    }

    [Fact]
    public async Task A_module_may_store_more_than_a_ticket_may()
    {
        var home = await stage.NewAsync(new { max_image_bytes = 1024 });

        var row = await stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop);
        var small = await stage.Store.UploadOriginalAsync(home.User, home.Upload([.. Photo[..70]], "small"), Stop);

        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed")).Status);
        Assert.Equal(70, small.SizeBytes);
    }

    [Fact]
    public async Task What_has_no_bytes_is_no_file()
    {
        var home = await stage.NewAsync();

        Stream[] empties = [new MemoryStream(), new OddStream([], 0), new MemoryStream([1]) { Position = 1 }];
        foreach (var empty in empties)
        {
            var refused = await Assert.ThrowsAsync<ArgumentException>(
                () => stage.Store.UploadOriginalAsync(home.User, home.Upload(empty), Stop));
            Assert.Contains("Content has 0 bytes; it must have at least 1", refused.Message);
        }

        var closed = new MemoryStream(Photo);
        closed.Close();
        Assert.Contains("Content is a stream that cannot be read", (await Assert.ThrowsAsync<ArgumentException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(closed), Stop))).Message);
        await NothingIsLeftAsync(home);
    }

    [Fact]
    public async Task A_stream_that_tells_too_great_a_length_is_not_sent()
    {
        var home = await stage.NewAsync();
        await using var content = new OddStream(Photo, (500L * 1024 * 1024) + 1, canSeek: true);

        var refused = await Assert.ThrowsAsync<MediaTooLargeException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(content), Stop));

        Assert.Equal(500L * 1024 * 1024, refused.Limit);
        Assert.Contains("524288001 bytes; an original has 524288000 at most", refused.Message);
        await NothingIsLeftAsync(home);
    }

    [Fact]
    public async Task A_stream_is_given_up_at_its_first_byte_too_many()
    {
        var home = await stage.NewAsync();
        var wav = MediaSamples.All.Single(s => s.Type == "audio/wav").Bytes;
        const long Most = 100L * 1024 * 1024;

        var refused = await Assert.ThrowsAsync<MediaTooLargeException>(
            () => stage.Store.UploadAudioAsync(home.User, home.Upload(new OddStream(wav, Most + 1), "long"), Stop));
        Assert.Equal(Most, refused.Limit);
        await NothingIsLeftAsync(home);

        var row = await stage.Store.UploadAudioAsync(
            home.User, home.Upload(new OddStream(wav, Most), "long"), Stop);
        Assert.Equal("processing",
            (await stage.UntilAsync(home.User, row.Id, r => r.Status is "processing" or "failed")).Status);
        Assert.True(await stage.Store.DeleteAsync(home.User, row.Id, Stop));
    }

    [Theory]
    [InlineData("image/jpeg", "no file of any kind", "The content is of no known type; an original is one of")]
    [InlineData("image/png", null, "The content was declared as image/png; by its first bytes it is image/jpeg.")]
    [InlineData("text/html", null, "The content was declared as text/html; by its first bytes it is image/jpeg.")]
    [InlineData(null, "fLaC\0\0\0\"", "The content is audio/flac; an original is one of")]
    [InlineData(null, "<svg xmlns=", "The content is of no known type")]
    public async Task A_content_of_another_type_is_not_sent(string? declared, string? content, string message)
    {
        var home = await stage.NewAsync();
        var bytes = content is null ? Photo : [.. content.Select(c => (byte)c)];

        var refused = await Assert.ThrowsAsync<MediaTypeException>(() => stage.Store.UploadOriginalAsync(
            home.User, home.Upload(bytes) with { ContentType = declared }, Stop));

        Assert.Contains(message, refused.Message);
        await NothingIsLeftAsync(home);
    }

    [Fact]
    public async Task A_sound_is_one_of_four_types()
    {
        var home = await stage.NewAsync();
        foreach (var (type, bytes) in MediaSamples.All.Where(s => !MediaKind.Audio.Types.Contains(s.Type)))
        {
            var refused = await Assert.ThrowsAsync<MediaTypeException>(
                () => stage.Store.UploadAudioAsync(home.User, home.Upload(bytes), Stop));
            Assert.Contains($"The content is {type}; a sound is one of audio/mpeg,", refused.Message);
        }
    }

    [Fact]
    public async Task The_project_says_which_types_it_takes()
    {
        var home = await stage.NewAsync(new { allowed_types = OnlyPng });

        var refused = await Assert.ThrowsAsync<MediaTypeException>(
            () => stage.Store.UploadOriginalAsync(home.User, home.Upload(Photo), Stop));

        Assert.Equal("The content is image/jpeg; the project takes image/png.", refused.Message);
        await NothingIsLeftAsync(home);
    }

    [Fact]
    public async Task A_project_of_another_organization_is_none()
    {
        var (home, other) = (await stage.NewAsync(), await stage.NewAsync());

        await Assert.ThrowsAsync<MediaNotFoundException>(() => stage.Store.UploadOriginalAsync(
            home.User, home.Upload(Photo) with { ProjectId = other.Project }, Stop));
        await Assert.ThrowsAsync<MediaNotFoundException>(() => stage.Store.UploadOriginalAsync(
            home.User, home.Upload(Photo) with { ProjectId = Guid.NewGuid() }, Stop));
    }

    [Fact]
    public async Task Wishes_have_limits()
    {
        var home = await stage.NewAsync();
        var upload = home.Upload(Photo);

        foreach (var (wrong, message) in new (MediaUpload, string)[]
        {
            (upload with { Priority = "urgent" }, "Priority is 'urgent'; it must be low, normal or high"),
            (upload with { DetectionTypes = ["a b"] }, "DetectionTypes has 'a b'; each must be 1 to 64"),
            (upload with { DetectionTypes = [.. Enumerable.Repeat("a", 17)] }, "has 17 items; it must have 16 at most"),
            (upload with { CorrelationId = "" }, "CorrelationId has 0 characters (''); it must have 1 to 255"),
            (upload with { CorrelationId = "a\0" }, "it must be text without NUL"),
        })
        {
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(
                () => stage.Store.UploadOriginalAsync(home.User, wrong, Stop))).Message);
        }

        Assert.Throws<ArgumentException>(() => MediaCaller.User("o", ""));
        Assert.Throws<ArgumentException>(() => MediaCaller.System(new string('o', 256)));
        await NothingIsLeftAsync(home);
    }

    private async Task NothingIsLeftAsync(MediaHome home)
    {
        Assert.Equal([0L], await stage.Cloud.RowAsync(
            "select count(*) from photos where organization_id = $1", home.Organization));
        Assert.Empty(await stage.KeysAsync(stage.Cloud.Bucket, home.Session));
    }

    private async Task<string[]> CausesAsync(Guid id) => (string[])(await stage.Cloud.RowAsync(
        "select array_agg(cause order by id) from photo_events where photo_id = $1", id))[0]!;
}
