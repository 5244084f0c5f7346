using System.Diagnostics;
using System.Net;
using PhotoLambda.Aws;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

public sealed class BucketClientFailureTests
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => DateTimeOffset.UtcNow.AddSeconds(30);

    [Theory]
    [InlineData(429)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_store_that_is_busy_is_asked_again(int status)
    {
        var requests = 0;
        await using var store = await BrokenStore.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref requests) < 3 ? status : 204;
            return Task.CompletedTask;
        });

        await Client(store.Address).DeleteAsync("k", Soon, Stop);

        Assert.Equal(3, store.Requests);
    }

    [Fact]
    public async Task The_last_answer_of_a_store_that_fails_is_given()
    {
        await using var store = await BrokenStore.StartAsync(503);
        using var answer = await GetAsync(store.Address, Soon);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(4, store.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    public async Task A_refusal_is_not_asked_again(int status)
    {
        await using var store = await BrokenStore.StartAsync(status);
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => Client(store.Address).DeleteAsync("k", Soon, Stop));
        Assert.Equal((HttpStatusCode)status, refusal.StatusCode);
        Assert.Contains($"answered {status} to the deletion of bucket/k", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, store.Requests);
    }

    [Fact]
    public async Task What_is_not_there_counts_as_deleted()
    {
        await using var store = await BrokenStore.StartAsync(404);
        await Client(store.Address).DeleteAsync("k", Soon, Stop);
        Assert.Equal(1, store.Requests);
    }

    [Fact]
    public async Task A_lost_connection_is_replaced()
    {
        var requests = 0;
        await using var store = await BrokenStore.StartAsync(http =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                http.Abort();
            }

            return Task.CompletedTask;
        });

        using var answer = await GetAsync(store.Address, Soon);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, store.Requests);
    }

    [Fact]
    public async Task A_silent_store_is_given_up_and_asked_again()
    {
        await using var store = await BrokenStore.StartAsync(
            http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await Assert.ThrowsAsync<TimeoutException>(() =>
            GetAsync(store.Address, Soon, TimeSpan.FromMilliseconds(100)));
        Assert.Equal(4, store.Requests);
    }

    [Fact]
    public async Task The_deadline_ends_the_last_try()
    {
        await using var store = await BrokenStore.StartAsync(
            http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<TimeoutException>(() =>
            GetAsync(store.Address, DateTimeOffset.UtcNow.AddMilliseconds(300)));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.2, 3);
        Assert.Equal(1, store.Requests);
    }

    [Fact]
    public async Task No_request_starts_after_the_deadline()
    {
        await using var store = await BrokenStore.StartAsync(200);
        await Assert.ThrowsAnyAsync<TimeoutException>(
            () => GetAsync(store.Address, DateTimeOffset.UtcNow.AddSeconds(-1)));
        Assert.Equal(0, store.Requests);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_request()
    {
        using var leaves = new CancellationTokenSource();
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            await leaves.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Client(store.Address).DeleteAsync("k", Soon, leaves.Token));
        Assert.Equal(1, store.Requests);
    }

    private static Task<HttpResponseMessage> GetAsync(
        string address, DateTimeOffset deadline, TimeSpan? requestTimeout = null) =>
        Client(address).SendAsync(HttpMethod.Get, "k", [], null, default, deadline, Stop, requestTimeout);

    private static BucketClient Client(string address) => new(
        Http,
        new AwsEnvironment("eu-central-1", new AwsCredentials("key", "secret"), S3Override: new Uri(address)),
        "bucket");
}
