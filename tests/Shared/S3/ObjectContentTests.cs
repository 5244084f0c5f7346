using System.Globalization;
using Microsoft.AspNetCore.Http;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

public sealed class ObjectContentTests(CloudFixture cloud)
{
    private const int Size = 1_000_000;

    private static readonly byte[] Content = StoreStage.Content(Size);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(123_456, 700_000L, false)]
    [InlineData(0, null, true)]
    public async Task A_connection_that_breaks_goes_on_where_it_was(int offset, long? count, bool isReset)
    {
        var ranges = new List<string>();
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
        {
            ranges.Add($"{http.Request.Headers.Range}|{http.Request.Headers.IfMatch}");
            return ranges.Count <= 3 ? CutAsync(http, goOn, 100_000, isReset) : goOn();
        });
        var (stage, etag) = await StoredAsync(store);

        var read = await stage.ReadAsync(offset, count);

        Assert.Equal(Content[offset..(int)(offset + (count ?? Size))], read);
        Assert.Equal(4, ranges.Count);
        if (isReset)
        {
            // What had come when the connection was reset, and was not read, is lost with it.
            return;
        }

        var end = offset + (count ?? Size) - 1;
        Assert.All(ranges.Skip(1), r => Assert.EndsWith($"-{end}|\"{etag}\"", r, StringComparison.Ordinal));
        var starts = ranges.Skip(1).Select(r => int.Parse(r[6..r.IndexOf('-')], CultureInfo.InvariantCulture));
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public async Task A_body_that_always_breaks_is_given_up()
    {
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) => CutAsync(http, goOn, 1000));
        var (stage, _) = await StoredAsync(store);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => stage.ReadAsync());
        Assert.Matches($"broke after \\d+ of {Size} bytes", failure.Message);
        Assert.Equal(4, store.Requests);
    }

    [Fact]
    public async Task A_body_that_stops_coming_goes_on_too()
    {
        var requests = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
            Interlocked.Increment(ref requests) < 3 ? CutAsync(http, goOn, 100_000, hangs: true) : goOn());
        var (stage, _) = await StoredAsync(store, new HastyTime(hurriesSilence: true));
        Assert.Equal(Content, await stage.ReadAsync());
        Assert.Equal(3, requests);
    }

    [Fact]
    public async Task What_was_written_over_meanwhile_is_not_mixed()
    {
        var requests = 0;
        StoreStage? stage = null;
        await using var store = await ForwardingStore.StartAsync(cloud, async (http, goOn) =>
        {
            if (Interlocked.Increment(ref requests) > 1)
            {
                await goOn();
                return;
            }

            await CutAsync(http, goOn, 1000);
            using var s3 = cloud.S3();
            await s3.PutObjectAsync(
                new() { BucketName = StoreStage.Bucket, Key = stage!.Key, ContentBody = "other" }, Stop);
        });
        (stage, _) = await StoredAsync(store);
        await Assert.ThrowsAsync<ObjectChangedException>(() => stage.ReadAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_store_that_fails_is_asked_again(int status)
    {
        var requests = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
        {
            http.Response.StatusCode = status;
            return Interlocked.Increment(ref requests) < 4 ? Task.CompletedTask : goOn();
        });
        var (stage, _) = await StoredAsync(store);
        Assert.Equal(Content, await stage.ReadAsync());
    }

    [Theory]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(304)]
    public async Task A_refusal_is_not_asked_again(int status)
    {
        await using var store = await BrokenStore.StartAsync(status);
        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => new StoreStage(store.Address).OpenAsync());
        Assert.Equal(status, (int)refusal.Status);
        Assert.Equal(1, store.Requests);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(5, "ETag: \"e\"")]
    [InlineData(5, "ETag: \"e\"|Content-Range: bytes 0-4/9")]
    [InlineData(5, "ETag: \"e\"|Content-Range: bytes */9")]
    public async Task Garbage_is_no_object(int offset, string headers)
    {
        await using var store = await BrokenStore.StartAsync(http =>
        {
            foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                http.Response.Headers.Append(header.Split(": ")[0], header.Split(": ")[1]);
            }

            http.Response.StatusCode = headers.Contains("Range", StringComparison.Ordinal) ? 206 : 200;
            return http.Response.WriteAsync("12345");
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => new StoreStage(store.Address).OpenAsync(offset));
    }

    [Fact]
    public async Task The_deadline_ends_the_reading()
    {
        await using var store = await ForwardingStore.StartAsync(
            cloud, (http, goOn) => CutAsync(http, goOn, 1000, hangs: true));
        var time = new HastyTime();
        var (stage, _) = await StoredAsync(store, time);
        await using var content = await stage.OpenAsync();
        await content.ReadExactlyAsync(new byte[1000], Stop);
        time.Offset = StoreStage.Patience;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => content.CopyToAsync(Stream.Null, Stop));
        Assert.Equal(1, store.Requests);
    }

    [Fact]
    public async Task A_reader_who_leaves_ends_the_reading()
    {
        await using var store = await ForwardingStore.StartAsync(
            cloud, (http, goOn) => CutAsync(http, goOn, 1000, hangs: true));
        var (stage, _) = await StoredAsync(store);
        using var leaves = new CancellationTokenSource();
        await using var content = await stage.OpenAsync();
        await content.ReadExactlyAsync(new byte[1000], Stop);
        var rest = content.ReadAsync(new byte[1], leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest.AsTask());
    }

    private async Task<(StoreStage Stage, string ETag)> StoredAsync(BrokenStore store, HastyTime? time = null)
    {
        var stage = new StoreStage(store.Address, time ?? new HastyTime());
        using var s3 = cloud.S3();
        var put = await s3.PutObjectAsync(
            new() { BucketName = StoreStage.Bucket, Key = stage.Key, InputStream = new MemoryStream(Content) }, Stop);
        return (stage, put.ETag.Trim('"'));
    }

    /// <summary>Answers with the first bytes of the body, and then breaks or says no more.</summary>
    private static async Task CutAsync(
        HttpContext http, Func<Task> goOn, int bytes, bool isReset = false, bool hangs = false)
    {
        var (body, whole) = (http.Response.Body, new MemoryStream());
        http.Response.Body = whole;
        await goOn();
        await body.WriteAsync(whole.GetBuffer().AsMemory(0, bytes));
        await body.FlushAsync();
        if (hangs)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }

        if (isReset)
        {
            http.Abort();
        }
    }
}
