using System.Security.Cryptography;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

public sealed class StoredObjectsTests(CloudFixture cloud)
{
    private const int Part = 5 * 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true, 0)]
    [InlineData(1, false, 0)]
    [InlineData(Part - 1, false, 0)]
    [InlineData(Part, false, 0)]
    [InlineData(Part + 1, false, 2)]
    [InlineData((2 * Part) + 77, false, 3)]
    [InlineData(Part - 1, true, 0)]
    [InlineData(Part, true, 0)]
    [InlineData(Part + 1, true, 0)]
    [InlineData(Part + 2, true, 2)]
    [InlineData(4 * Part, true, 4)]
    public async Task A_content_of_any_size_is_stored_as_it_is(int size, bool canSeek, int parts)
    {
        var stage = Stage(mostInOnePut: Part + 1);
        var content = StoreStage.Content(size);

        var stored = await stage.PutAsync(content, canSeek);

        Assert.Equal(size, stored.Size);
        Assert.Equal(SHA256.HashData(content), stored.Sha256);
        Assert.Equal(content, await stage.ReadAsync(etag: stored.ETag));
        Assert.EndsWith(parts == 0 ? "" : $"-{parts}", stored.ETag, StringComparison.Ordinal);
        Assert.Equal(parts > 0, stored.ETag.Contains('-', StringComparison.Ordinal));
        using var s3 = cloud.S3();
        var head = await s3.GetObjectMetadataAsync(
            new() { BucketName = StoreStage.Bucket, Key = stage.Key, ChecksumMode = "ENABLED" }, Stop);
        Assert.Equal("image/jpeg", head.Headers.ContentType);
        Assert.NotNull(head.ChecksumSHA256);
        await stage.NoUploadIsLeftAsync(s3);
    }

    [Fact]
    public async Task A_content_is_read_from_where_it_stands_and_stays_open()
    {
        var stage = Stage();
        var content = new MemoryStream([1, 2, 3, 4, 5]) { Position = 2 };
        var stored = await stage.PutAsync(content);
        Assert.Equal(3, stored.Size);
        Assert.Equal([3, 4, 5], await stage.ReadAsync());
        Assert.True(content.CanRead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_content_is_refused(bool canSeek)
    {
        var stage = Stage();
        await Assert.ThrowsAsync<EmptyObjectException>(() => stage.PutAsync([], canSeek));
        await stage.NothingIsLeftAsync(cloud);
    }

    [Theory]
    [InlineData(true, 1000, 999)]
    [InlineData(false, 1000, 999)]
    [InlineData(false, Part + 1, Part)]
    [InlineData(false, (3 * Part) + 1, 3 * Part)]
    public async Task What_is_too_large_is_refused(bool canSeek, int size, int most)
    {
        var (stage, content) = (Stage(), StoreStage.Content(size));
        var refusal = await Assert.ThrowsAsync<ObjectTooLargeException>(
            () => stage.PutAsync(canSeek ? new MemoryStream(content) : new OneWayStream(content), most));
        Assert.Equal(most, refusal.Limit);
        Assert.Contains($"more than {most} bytes", refusal.Message, StringComparison.Ordinal);
        await stage.NothingIsLeftAsync(cloud);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_exactly_the_most_bytes_is_taken(bool canSeek)
    {
        var (stage, content) = (Stage(), StoreStage.Content(Part));
        var stored = await stage.PutAsync(canSeek ? new MemoryStream(content) : new OneWayStream(content), Part);
        Assert.Equal(Part, stored.Size);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Part + 1)]
    public async Task A_key_that_is_taken_is_never_written_over(int size)
    {
        var stage = Stage(mostInOnePut: Part);
        await stage.PutAsync([1, 2, 3]);
        var refusal = await Assert.ThrowsAsync<ObjectExistsException>(() => stage.PutAsync(StoreStage.Content(size)));
        Assert.Contains(stage.Key, refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], await stage.ReadAsync());
        using var s3 = cloud.S3();
        await stage.NoUploadIsLeftAsync(s3);
    }

    [Theory]
    [InlineData(0, 1L)]
    [InlineData(0, 100_000L)]
    [InlineData(99_999, 1L)]
    [InlineData(500, 70_000L)]
    [InlineData(99_990, 1_000L)]
    [InlineData(7, long.MaxValue)]
    [InlineData(40_000, null)]
    public async Task A_range_is_read(int offset, long? count)
    {
        var (stage, content) = (Stage(), StoreStage.Content(100_000));
        var stored = await stage.PutAsync(content);
        await using var range = await stage.OpenAsync(offset, count);
        using var copy = new MemoryStream();
        await range.CopyToAsync(copy, Stop);

        Assert.Equal(content[offset..(int)Math.Min(content.Length, offset + (double)(count ?? long.MaxValue))],
            copy.ToArray());
        Assert.Equal((copy.Length, 100_000L), (range.Length, range.TotalLength));
        Assert.Equal(("image/jpeg", stored.ETag), (range.ContentType, range.ETag));
        Assert.Equal(range.Length, range.Position);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused_by_the_store()
    {
        var stage = Stage();
        await stage.PutAsync([1, 2, 3]);
        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => stage.OpenAsync(3));
        Assert.Equal((416, "InvalidRange"), ((int)refusal.Status, refusal.Code));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 0L)]
    public async Task A_range_that_is_none_is_not_asked_for(int offset, long? count) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Stage().OpenAsync(offset, count));

    [Fact]
    public async Task What_is_not_there_and_what_changed_have_names()
    {
        var stage = Stage();
        await Assert.ThrowsAsync<ObjectMissingException>(() => stage.OpenAsync());
        await stage.PutAsync([1, 2, 3]);
        await Assert.ThrowsAsync<ObjectChangedException>(() => stage.OpenAsync(etag: "another"));
        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => stage.Objects.OpenAsync(
            "nowhere-" + Guid.NewGuid().ToString("N"), "k", null, 0, null, StoreStage.Soon, Stop));
        Assert.Equal("NoSuchBucket", refusal.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_content_that_cannot_be_read_says_so_itself(bool canSeek)
    {
        var stage = Stage(mostInOnePut: 4 * Part);
        var content = new TornStream(StoreStage.Content(3 * Part), readable: 2 * Part, canSeek);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => stage.PutAsync(content));
        Assert.Equal("torn", failure.Message);
        await stage.NothingIsLeftAsync(cloud);
    }

    private StoreStage Stage(long? mostInOnePut = null) =>
        new(cloud.Cloud.Cloud.AbsoluteUri, mostInOnePut: mostInOnePut);

    /// <summary>Breaks as a download would that is stored at once; one that can seek does so when it is sent.</summary>
    private sealed class TornStream(byte[] content, int readable, bool canSeek) : MemoryStream(content)
    {
        private int _passes;

        public override bool CanSeek => canSeek;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _passes += Position == 0 ? 1 : 0;
            return Position >= readable && (!canSeek || _passes > 1)
                ? throw new HttpRequestException("torn")
                : base.ReadAsync(buffer[..Math.Min(buffer.Length, 100_000)], cancellationToken);
        }
    }
}
