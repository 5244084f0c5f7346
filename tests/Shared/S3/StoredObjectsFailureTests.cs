using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

public sealed class StoredObjectsFailureTests(CloudFixture cloud)
{
    private const int Part = 5 * 1024 * 1024;
    private const int Small = 300_000;
    private const int Parted = (3 * Part) + 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "SlowDown")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(409, "ConditionalRequestConflict")]
    public async Task A_store_that_fails_twice_is_asked_again(int status, string code)
    {
        foreach (var size in (int[])[Small, Parted])
        {
            var requests = 0;
            await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
                !IsWrite(http) || Interlocked.Increment(ref requests) > 2 ? goOn() : AnswerAsync(http, status, code));
            await StoredAsync(store, size);
        }
    }

    [Theory]
    [InlineData(403, "AccessDenied")]
    [InlineData(404, "NoSuchBucket")]
    [InlineData(400, "XAmzContentSHA256Mismatch")]
    [InlineData(302, "")]
    public async Task A_refusal_is_not_asked_again(int status, string code)
    {
        await using var store = await BrokenStore.StartAsync(http => AnswerAsync(http, status, code));
        foreach (var size in (int[])[Small, Parted])
        {
            var before = store.Requests;
            var refusal = await Assert.ThrowsAsync<StoreRefusedException>(
                () => Stage(store).PutAsync(StoreStage.Content(size)));
            Assert.Equal((status, code), ((int)refusal.Status, refusal.Code ?? ""));
            Assert.Equal(before + 1, store.Requests);
        }
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "SlowDown")]
    [InlineData(409, "ConditionalRequestConflict")]
    public async Task A_store_that_goes_on_failing_is_unavailable(int status, string code)
    {
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
            IsWrite(http) ? AnswerAsync(http, status, code) : goOn());
        foreach (var size in (int[])[Small, Parted])
        {
            var stage = Stage(store);
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => stage.PutAsync(StoreStage.Content(size)));
            Assert.Contains($"{status} {code}".TrimEnd(), failure.Message, StringComparison.Ordinal);
            await stage.NothingIsLeftAsync(cloud);
        }
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Part + 1)]
    [InlineData(Parted)]
    public async Task A_connection_that_breaks_in_the_content_is_replaced(int size)
    {
        var requests = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, async (http, goOn) =>
        {
            if (http.Request.Method != "PUT" || Interlocked.Increment(ref requests) > 2)
            {
                await goOn();
                return;
            }

            await http.Request.Body.ReadExactlyAsync(new byte[100_000], http.RequestAborted);
            http.Abort();
        });
        await StoredAsync(store, size);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Parted)]
    public async Task A_write_whose_answer_is_lost_is_done(int size)
    {
        var lost = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, async (http, goOn) =>
        {
            if (!IsWrite(http) || Interlocked.Increment(ref lost) > 1)
            {
                await goOn();
                return;
            }

            http.Response.Body = new MemoryStream();
            await goOn();
            http.Abort();
        });
        await StoredAsync(store, size);
        Assert.True(lost > 1);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Parted)]
    public async Task A_lost_answer_does_not_hide_that_another_was_quicker(int size)
    {
        StoreStage? stage = null;
        var writes = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, async (http, goOn) =>
        {
            if (!IsWrite(http) || Interlocked.Increment(ref writes) > 1)
            {
                await goOn();
                return;
            }

            using var s3 = cloud.S3();
            await s3.PutObjectAsync(
                new() { BucketName = StoreStage.Bucket, Key = stage!.Key, ContentBody = new string('x', size) }, Stop);
            http.Abort();
        });
        stage = Stage(store);
        await Assert.ThrowsAsync<ObjectExistsException>(() => stage.PutAsync(StoreStage.Content(size)));
        Assert.Equal(new string('x', size), Encoding.ASCII.GetString(await stage.ReadAsync()));
        using var s3 = cloud.S3();
        await stage.NoUploadIsLeftAsync(s3);
    }

    [Fact]
    public async Task An_error_behind_status_200_is_one()
    {
        var completions = 0;
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
            !IsCompletion(http) || Interlocked.Increment(ref completions) > 2
                ? goOn() : AnswerAsync(http, 200, "InternalError"));
        await StoredAsync(store, Parted);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Parted)]
    public async Task A_store_that_hangs_is_given_up(int size)
    {
        await using var store = await ForwardingStore.StartAsync(cloud, (http, goOn) =>
            IsWrite(http) || http.Request.Query.ContainsKey("partNumber") ? HangAsync(http) : goOn());
        var stage = Stage(store, hurriesSilence: true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stage.PutAsync(StoreStage.Content(size)));
        await stage.NothingIsLeftAsync(cloud);
    }

    [Theory]
    [InlineData("<html>Welcome to the hotel</html>")]
    [InlineData("<InitiateMultipartUploadResult/>")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("")]
    public async Task Garbage_is_no_success(string garbage)
    {
        await using var store = await BrokenStore.StartAsync(http => http.Response.WriteAsync(garbage));
        foreach (var size in (int[])[Small, Parted])
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Stage(store).PutAsync(StoreStage.Content(size)));
        }
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end()
    {
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            var piece = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            }
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Stage(store).PutAsync([1]));
    }

    [Fact]
    public async Task A_caller_who_leaves_leaves_no_parts_behind()
    {
        using var leaves = new CancellationTokenSource();
        await using var store = await ForwardingStore.StartAsync(cloud, async (http, goOn) =>
        {
            if (http.Request.Query["partNumber"] == "2")
            {
                await leaves.CancelAsync();
            }

            await goOn();
        });
        var stage = Stage(store);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Objects.PutNewAsync(
            StoreStage.Bucket, stage.Key, "image/jpeg", new OneWayStream(StoreStage.Content(Parted)), Parted,
            StoreStage.Soon, leaves.Token));
        await stage.NothingIsLeftAsync(cloud);
    }

    [Fact]
    public async Task Nothing_is_sent_after_the_deadline()
    {
        await using var store = await BrokenStore.StartAsync(503);
        var stage = Stage(store);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stage.Objects.PutNewAsync(
            StoreStage.Bucket, stage.Key, "image/jpeg", new MemoryStream([1]), 1, DateTimeOffset.UtcNow, Stop));
        Assert.Equal(0, store.Requests);
    }

    private async Task StoredAsync(BrokenStore store, int size)
    {
        var (stage, content) = (Stage(store), StoreStage.Content(size));
        var stored = await stage.PutAsync(content);
        Assert.Equal(content, await stage.ReadAsync(etag: stored.ETag));
        using var s3 = cloud.S3();
        await stage.NoUploadIsLeftAsync(s3);
    }

    private static StoreStage Stage(BrokenStore store, bool hurriesSilence = false) =>
        new(store.Address, new HastyTime(hurriesSilence), mostInOnePut: 2 * Part);

    /// <summary>Whether the request makes an object: of one in parts the completion.</summary>
    private static bool IsWrite(HttpContext http) =>
        http.Request.Method == "PUT" ? !http.Request.Query.ContainsKey("partNumber") : IsCompletion(http);

    private static bool IsCompletion(HttpContext http) =>
        http.Request.Method == "POST" && http.Request.Query.ContainsKey("uploadId");

    private static Task HangAsync(HttpContext http)
    {
        // Kestrel would end a request whose body nobody reads.
        http.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        return Task.Delay(Timeout.Infinite, http.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        return code.Length == 0
            ? Task.CompletedTask
            : http.Response.WriteAsync($"<Error><Code>{code}</Code><Message>No.</Message></Error>");
    }
}
