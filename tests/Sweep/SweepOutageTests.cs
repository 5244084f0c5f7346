using System.Diagnostics;
using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>Sweeps while the store, a queue or the database is down, or that are killed themselves.</summary>
public sealed class SweepOutageTests(CloudFixture cloud)
{
    private const string NoSuchPort = "http://127.0.0.1:9";
    private const string Statuses = "select status from photos";

    // Work that needs neither store nor queue.
    private const string Other = "insert into strays (s3_bucket, s3_key, last_seen_at) values ('b', 'k', '2020-01-01')";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(null)]
    public async Task What_the_store_does_not_tell_is_left_and_the_rest_done(int? status)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3);
        await stage.Database.ExecuteAsync(Other);
        await using var store = await BrokenStore.StartAsync(status ?? 200);
        Assert.Equal("rows_expired=1 tickets_left=3",
            await stage.SweepOnceAsync(status is null ? NoSuchPort : store.Address));
        Assert.Equal(Enumerable.Repeat("pending_upload", 3), await stage.Database.RowsAsync(Statuses));

        Assert.Equal("", await stage.SweepOnceAsync());
        await LeaseEndsAsync(stage);
        Assert.Equal("tickets_expired=3", await stage.SweepOnceAsync());
    }

    [Fact]
    public async Task A_silent_store_keeps_neither_jobs_nor_rows_waiting()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(40);
        await stage.Database.ExecuteAsync(Other);
        await stage.Database.AddAsync("due");
        await stage.AddJobsAsync("file_name = '1'");
        await using var store = await BrokenStore.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var sweep = await stage.SweepAsync(store.Address);

        var clock = Stopwatch.StartNew();
        var done = LoneSweep.Counts(await sweep.InvokeAsync(seconds: 3));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        Assert.Equal("deletions_left=1 rows_expired=1 jobs_published=1 tickets_left=40", done);
    }

    [Fact]
    public async Task Looks_that_the_queue_does_not_take_are_not_counted()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(2);
        await stage.PutAsync([1]);
        Assert.Equal("tickets_expired=1 tickets_left=1",
            await stage.SweepOnceAsync(null, ("AWS_ENDPOINT_URL_SQS", NoSuchPort)));
        Assert.Equal(["0,pending_upload", "0,failed"], (await stage.Database.RowsAsync(
            "select looks, status from photos")).OrderDescending());

        await LeaseEndsAsync(stage);
        Assert.Equal("objects_found=1", await stage.SweepOnceAsync());
    }

    [Fact]
    public async Task Without_the_database_the_sweep_fails_and_names_its_parts()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3);
        var (database, url) = UnreliableDatabase.InFrontOf(UrlOf(stage.Database.Worker));
        using (database)
        await using (var store = await BrokenStore.StartAsync(http =>
        {
            // Everything but the tickets is done by now, or fails as well.
            database.GoDown();
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        }))
        {
            Assert.Contains("tickets", await stage.SweepOnceAsync(
                store.Address, [("PHOTOLAMBDA_DATABASE_URL", url)]), StringComparison.Ordinal);
        }

        Assert.Equal(Enumerable.Repeat("pending_upload", 3), await stage.Database.RowsAsync(Statuses));
        await LeaseEndsAsync(stage);
        Assert.Equal("tickets_expired=3", await stage.SweepOnceAsync());
    }

    [Fact]
    public async Task A_part_that_fails_keeps_none_of_the_others_from_running()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3);
        await stage.Database.ExecuteAsync("revoke delete on strays from photolambda_worker");
        Assert.Equal("These parts of the sweep failed: expired rows.", await stage.SweepOnceAsync());
        Assert.Equal(Enumerable.Repeat("failed", 3), await stage.Database.RowsAsync(Statuses));
    }

    [Fact]
    public async Task Tickets_that_a_killed_sweep_had_taken_come_again()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3);
        var asked = new TaskCompletionSource();
        await using var silent = await BrokenStore.StartAsync(async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await using var api = await FakeRuntimeApi.StartAsync();
        await using (FunctionChild.OnLambda(cloud, api, "Sweep",
            ("PHOTOLAMBDA_DATABASE_URL", stage.Database.Worker), ("AWS_ENDPOINT_URL", silent.Address)))
        {
            _ = api.InvokeAsync("{}").ContinueWith(_ => { }, TaskScheduler.Default);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        }

        Assert.Equal("", await stage.SweepOnceAsync());
        await LeaseEndsAsync(stage);
        Assert.Equal("tickets_expired=3", await stage.SweepOnceAsync());
    }

    private static Task LeaseEndsAsync(SweepStage stage) => stage.Database.ExecuteAsync(
        "update photos set updated_at = updated_at - interval '2 minutes' where status = 'pending_upload'");

    private static string UrlOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{settings.Username}:{Uri.EscapeDataString(settings.Password!)}@{settings.Host}:"
            + $"{settings.Port}/{settings.Database}";
    }
}
