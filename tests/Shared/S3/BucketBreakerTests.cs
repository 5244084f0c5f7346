using System.Globalization;
using System.Text;
using System.Text.Json;
using PhotoLambda.S3;
using PhotoLambda.Signals;

namespace PhotoLambda.Tests;

public sealed class BucketBreakerTests : IDisposable
{
    private static readonly byte[] Body = "12345"u8.ToArray();
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private readonly HastyTime _time = new();
    private readonly MemoryStream _lines = new();
    private readonly MetricsLog _log;
    private readonly StoreResilience _resilience;

    // What the store answers; a test changes it under way.
    private volatile int _status = 503;

    public BucketBreakerTests()
    {
        _log = new MetricsLog(_lines, TimeProvider.System);
        _resilience = new StoreResilience(_time, _log, "media");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        _lines.Dispose();
    }

    [Fact]
    public async Task The_fifth_failure_opens_the_circuit()
    {
        await using var store = await StartAsync();
        var objects = Stage(store).Objects;

        // Four tries of the first call, and one of the second: its retries would find the circuit open.
        var first = await FailAsync(objects);
        Assert.Equal(4, store.Requests);
        Assert.Null(first.RetryAfter);
        var second = await FailAsync(objects);
        Assert.Equal(5, store.Requests);
        Assert.InRange(second.RetryAfter!.Value, TimeSpan.FromSeconds(50), Pause);

        // Not even a store that is well again is asked now.
        _status = 200;
        _time.Offset = Pause - TimeSpan.FromSeconds(10);
        var third = await FailAsync(objects);
        Assert.Equal(5, store.Requests);
        Assert.InRange(third.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Contains("photos failed too often: it is asked again in", third.Message, StringComparison.Ordinal);
        Assert.Equal(["photos opened"], Changes());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(0)]
    public async Task A_good_probe_closes_the_circuit(int failure)
    {
        await using var store = await StartAsync();
        var objects = await OpenedAsync(store, failure);

        (_status, _time.Offset) = (200, Pause);
        for (var i = 0; i < 3; i++)
        {
            await using var content = await OpenAsync(objects);
        }

        Assert.Equal(8, store.Requests);
        Assert.Equal(["photos opened", "photos closed"], Changes());

        // From then on it takes five again.
        _status = 503;
        await FailAsync(objects);
        Assert.Equal(12, store.Requests);
        Assert.Equal(2, Changes().Length);
    }

    [Fact]
    public async Task One_probe_goes_out_however_many_ask()
    {
        var asked = new TaskCompletionSource();
        var answers = new TaskCompletionSource();
        var requests = 0;
        await using var store = await StartAsync(async () =>
        {
            if (Interlocked.Increment(ref requests) > 5)
            {
                asked.TrySetResult();
                await answers.Task;
            }
        });
        var objects = await OpenedAsync(store);

        (_status, _time.Offset) = (200, Pause);
        var calls = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            await using var content = await OpenAsync(objects);
        }, Stop)).ToList();
        await asked.Task.WaitAsync(Stop);
        for (var i = 0; i < 19; i++)
        {
            var refused = await Task.WhenAny(calls);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => refused);
            calls.Remove(refused);
        }

        Assert.Equal(6, store.Requests);
        answers.SetResult();
        await calls.Single();
        Assert.Equal(["photos opened", "photos closed"], Changes());
    }

    [Fact]
    public async Task A_bad_probe_opens_the_circuit_again()
    {
        await using var store = await StartAsync();
        var objects = await OpenedAsync(store);

        _time.Offset = Pause;
        await FailAsync(objects);
        Assert.Equal(6, store.Requests);
        _time.Offset = (2 * Pause) - TimeSpan.FromSeconds(10);
        await FailAsync(objects);
        Assert.Equal(6, store.Requests);
        _time.Offset = 2 * Pause;
        await FailAsync(objects);
        Assert.Equal(7, store.Requests);
        Assert.Equal(["photos opened", "photos opened", "photos opened"], Changes());
    }

    [Fact]
    public async Task A_probe_whose_caller_leaves_decides_nothing()
    {
        using var leaves = new CancellationTokenSource();
        var requests = 0;
        await using var store = await StartAsync(async () =>
        {
            if (Interlocked.Increment(ref requests) == 6)
            {
                await leaves.CancelAsync();
                await Task.Delay(Timeout.Infinite, leaves.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        });
        var objects = await OpenedAsync(store);

        (_status, _time.Offset) = (503, Pause);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OpenAsync(objects, leaves.Token));
        _status = 200;
        await using var content = await OpenAsync(objects);
        Assert.Equal(["photos opened", "photos closed"], Changes());
    }

    [Fact]
    public async Task Other_buckets_are_not_affected()
    {
        await using var store = await StartAsync();
        var objects = await OpenedAsync(store);
        _status = 200;
        await using var other = await OpenAsync(objects, bucket: "other");
        await FailAsync(objects);
        Assert.Equal(6, store.Requests);
    }

    [Fact]
    public async Task All_clients_of_a_bucket_share_its_circuit()
    {
        await using var store = await StartAsync();
        await OpenedAsync(store);
        await Assert.ThrowsAsync<CircuitOpenException>(() => Stage(store).Buckets.Of("photos")
            .HeadAsync("k", DateTimeOffset.UtcNow.AddMinutes(1), Stop));
        Assert.Equal(5, store.Requests);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(412)]
    public async Task A_refusal_is_no_failure(int status)
    {
        await using var store = await StartAsync();
        var objects = Stage(store).Objects;
        for (var round = 0; round < 3; round++)
        {
            _status = 503;
            await FailAsync(objects);
            _status = status;
            Assert.IsNotType<StoreUnavailableException>(await Record.ExceptionAsync(() => OpenAsync(objects)));
        }

        Assert.Equal(15, store.Requests);
        Assert.Empty(Changes());
    }

    [Fact]
    public async Task Bodies_that_break_open_the_circuit_too()
    {
        await using var store = await StartAsync(breaksBody: true);
        _status = 200;
        var objects = Stage(store).Objects;
        for (var i = 0; i < 2; i++)
        {
            await using var content = await OpenAsync(objects);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => content.CopyToAsync(Stream.Null, Stop));
        }

        Assert.Equal(5, store.Requests);
        Assert.Equal(["photos opened"], Changes());
    }

    private Task<BrokenStore> StartAsync(Func<Task>? before = null, bool breaksBody = false) =>
        BrokenStore.StartAsync(async http =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            if (_status == 0)
            {
                http.Abort();
                return;
            }

            http.Response.StatusCode = _status;
            http.Response.Headers.ETag = "\"e\"";
            if (http.Request.Headers.Range.ToString() is { Length: > 0 } range)
            {
                http.Response.StatusCode = _status == 200 ? 206 : _status;
                http.Response.Headers.ContentRange = "bytes " + range[6..] + "/5";
            }

            if (_status == 200)
            {
                http.Response.ContentLength = Body.Length;
                await http.Response.Body.WriteAsync(breaksBody ? default : Body);
                await http.Response.Body.FlushAsync();
            }
        });

    private StoreStage Stage(BrokenStore store) => new(store.Address, _time, resilience: _resilience);

    private async Task<StoredObjects> OpenedAsync(BrokenStore store, int status = 503)
    {
        _status = status;
        var objects = Stage(store).Objects;
        await FailAsync(objects);
        await FailAsync(objects);
        Assert.Equal(5, store.Requests);
        return objects;
    }

    private async Task<StoreUnavailableException> FailAsync(StoredObjects objects) =>
        await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(objects));

    private Task<ObjectContent> OpenAsync(
        StoredObjects objects, CancellationToken? cancellation = null, string bucket = "photos") =>
        objects.OpenAsync(
            bucket, "k", null, 0, null, _time.GetUtcNow().AddMinutes(1), cancellation ?? Stop);

    private string[] Changes() =>
    [
        .. Encoding.UTF8.GetString(_lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(e =>
            {
                Assert.Equal("media", e.GetProperty("Function").GetString());
                var (opened, closed) = (
                    e.GetProperty("CircuitOpened").GetInt32(), e.GetProperty("CircuitClosed").GetInt32());
                Assert.Equal(1, opened + closed);
                return string.Create(
                    CultureInfo.InvariantCulture, $"{e.GetProperty("Bucket")} {(opened == 1 ? "opened" : "closed")}");
            }),
    ];
}
