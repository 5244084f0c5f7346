using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

public sealed class SweepTests(CloudFixture cloud)
{
    private readonly ConcurrentQueue<string> _requests = new();

    [Fact]
    public async Task What_is_due_is_deleted_and_the_rest_left_alone()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("due");
        await database.AddAsync("in parts", uploadId: "u/1");
        await database.AddAsync("later", "now() + interval '1 minute'");
        await database.AddAsync("done", finished: "now()");
        await using var store = await StoreAsync();
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        var done = await sweep.InvokeAsync();

        Assert.Equal(2, done.GetProperty("deletions_finished").GetInt32());
        Assert.Equal(
            ["/due", "/due.thumbnail", "/in%20parts", "/in%20parts.thumbnail", "/in%20parts?uploadId=u%2F1"],
            _requests.Order(StringComparer.Ordinal));
        Assert.True(_requests.ToList().FindIndex(r => r.EndsWith("%2F1", StringComparison.Ordinal))
            < _requests.ToList().IndexOf("/in%20parts"), "The upload is given up before its object is deleted.");
        Assert.Equal(["later"], await database.RowsAsync("select s3_keys[1] from deletions where finished_at is null"));
    }

    [Fact]
    public async Task What_fails_is_tried_again_later_and_later()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("good");
        await database.AddAsync("bad");
        await using var store = await StoreAsync(path => path.StartsWith("/bad", StringComparison.Ordinal) ? 403 : 204);
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        foreach (var (before, minutes) in ((int, int)[])[(0, 2), (1, 4), (5, 64), (7, 240), (1_000, 240)])
        {
            await database.ExecuteAsync(
                $"update deletions set due_at = now(), attempts = {before} where finished_at is null");
            var done = await sweep.InvokeAsync();
            Assert.Equal(1, done.GetProperty("deletions_left").GetInt32());
            Assert.Equal(
                [$"bad,{before + 1},The store answered 403 to the deletion of bucket/bad,{minutes}"],
                await database.RowsAsync("""
                    select s3_keys[1], attempts, regexp_replace(last_error, '(.thumbnail)?\.$', ''),
                      round(extract(epoch from due_at - now()) / 60)::int
                    from deletions where finished_at is null
                    """));
        }
    }

    [Fact]
    public async Task Two_sweeps_at_once_do_each_deletion_once()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.ExecuteAsync("""
            insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at)
            select gen_random_uuid(), 'o', 'bucket', array[n::text], now() from generate_series(1, 450) n
            """);
        await using var store = await StoreAsync();
        await using var one = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);
        await using var other = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        var done = await Task.WhenAll(one.InvokeAsync(), other.InvokeAsync());

        Assert.Equal(450, done.Sum(d => d.GetProperty("deletions_finished").GetInt32()));
        Assert.Equal(450, _requests.Count);
        Assert.Equal(450, _requests.Distinct().Count());
        Assert.Empty(await database.RowsAsync("select 1 from deletions where finished_at is null"));
    }

    [Fact]
    public async Task A_sweep_without_time_takes_nothing()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("due");
        await using var store = await StoreAsync();
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        await sweep.InvokeAsync(seconds: 0);
        Assert.Empty(_requests);
        Assert.Equal(["0"], await database.RowsAsync("select attempts from deletions where finished_at is null"));

        Assert.Equal(1, (await sweep.InvokeAsync()).GetProperty("deletions_finished").GetInt32());
    }

    [Fact]
    public async Task A_silent_store_does_not_outlast_the_sweep()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("due");
        await using var store = await BrokenStore.StartAsync(
            http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        var clock = Stopwatch.StartNew();
        var done = await sweep.InvokeAsync(seconds: 3);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        Assert.Equal(1, done.GetProperty("deletions_left").GetInt32());
        Assert.Equal(["1,True,True"], await database.RowsAsync(
            "select attempts, last_error like 'The store did not answer%', due_at > now() from deletions"));
    }

    [Fact]
    public async Task What_a_killed_sweep_had_taken_comes_again()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("due");
        var asked = new TaskCompletionSource();
        await using (var silent = await BrokenStore.StartAsync(async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }))
        await using (var killed = await LoneSweep.StartAsync(cloud, database.Worker, silent.Address))
        {
            _ = killed.InvokeAsync(seconds: 4).ContinueWith(_ => { }, TaskScheduler.Default);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal(["True"], await database.RowsAsync(
                "select due_at between now() + interval '1 minute' and now() + interval '2 minutes' from deletions"));
        }

        await database.ExecuteAsync("update deletions set due_at = now()");
        await using var store = await StoreAsync();
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);
        Assert.Equal(1, (await sweep.InvokeAsync()).GetProperty("deletions_finished").GetInt32());
    }

    [Fact]
    public async Task Rows_that_have_served_their_time_are_removed()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("old", finished: "now() - interval '31 days'");
        await database.AddAsync("recent", finished: "now() - interval '29 days'");
        await database.ExecuteAsync("""
            insert into idempotency_keys (organization_id, user_id, key, request_hash, status, body, expires_at)
            select 'o', 'u', n::text, decode(repeat('00', 32), 'hex'), 200, '', now() + n * interval '1 minute'
            from generate_series(-12000, 5) n;
            insert into rate_limits (organization_id, user_id, slot, granted, updated_at)
            select 'o', n::text, 1, array_fill(0, array[13]), now() - n * interval '3 minutes'
            from generate_series(1, 6) n;
            insert into strays (s3_bucket, s3_key, first_seen_at, last_seen_at)
            select 'b', n::text, now() - interval '1 year', now() - interval '1 day' * n from generate_series(29, 31) n;
            insert into ingest_batches (id, organization_id, source, created_at)
            select lpad(n::text, 32, '0')::uuid, 'o', 'api', now() - interval '1 day' * n
            from generate_series(29, 34) n;
            insert into ingest_parts (batch_id, part, organization_id, rows, finished_at)
            select lpad(n::text, 32, '0')::uuid, 0, 'o', 1, now() - interval '1 day' * (n - 2)
            from generate_series(29, 34) n;
            insert into ingest_rejects (message_id, row_number, sqlstate, reason, row, created_at)
            select n::text, 0, '23514', 'r', '{}', now() - interval '1 day' * n from generate_series(29, 31) n
            """);
        await using var store = await StoreAsync();
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);

        var done = await sweep.InvokeAsync();

        Assert.Equal(12_001 + 3 + 1 + 2 + 2 + 3 + 3, done.GetProperty("rows_expired").GetInt32());
        Assert.Equal(["recent"], await database.RowsAsync("select s3_keys[1] from deletions"));
        Assert.Equal(["29"], await database.RowsAsync("select s3_key from strays"));
        Assert.Equal(["29"], await database.RowsAsync("select message_id from ingest_rejects"));
        // A batch stays as long as the last of its parts.
        Assert.Equal(["29", "30", "31"], await database.RowsAsync(
            "select right(id::text, 2) from ingest_batches order by 1"));
        Assert.Equal(["29", "30", "31"], await database.RowsAsync(
            "select right(batch_id::text, 2) from ingest_parts order by 1"));
        Assert.Equal(["5"], await database.RowsAsync("select count(*) from idempotency_keys"));
        Assert.Equal(["1", "2", "3"], await database.RowsAsync("select user_id from rate_limits"));
    }

    [Theory]
    [InlineData("update rate_limits set updated_at = now()")]
    [InlineData("update idempotency_keys set expires_at = now() + interval '24 hours'")]
    public async Task A_row_that_is_taken_up_again_meanwhile_stays(string update)
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.ExecuteAsync("""
            insert into idempotency_keys (organization_id, user_id, key, request_hash, status, body, expires_at)
            values ('o', 'u', 'k', decode(repeat('00', 32), 'hex'), 200, '', now() - interval '1 minute');
            insert into rate_limits (organization_id, user_id, slot, granted, updated_at)
            values ('o', 'u', 1, array_fill(0, array[13]), now() - interval '1 hour')
            """);
        await using var store = await StoreAsync();
        await using var sweep = await LoneSweep.StartAsync(cloud, database.Worker, store.Address);
        await using var request = await database.BeginAsync(update);

        var sweeping = sweep.InvokeAsync();
        await request.UntilWaitedForAsync();
        await request.CommitAsync();

        // Of the two rows the other one is gone.
        Assert.Equal(1, (await sweeping).GetProperty("rows_expired").GetInt32());
    }

    /// <summary>Notes what is asked of its only bucket.</summary>
    private Task<BrokenStore> StoreAsync(Func<string, int>? status = null) => BrokenStore.StartAsync(http =>
    {
        Assert.Equal("DELETE", http.Request.Method);
        var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var path = target["/bucket".Length..];
        _requests.Enqueue(path);
        http.Response.StatusCode = status?.Invoke(path) ?? StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });
}
