using System.Text.Json;

namespace PhotoLambda.Tests;

public class RejectRedriveTests(CloudFixture cloud)
{
    private const string Open =
        "select count(*) from ingest_rejects where organization_id = $1 and redriven_at is null";

    [Fact]
    public async Task Rejects_are_stored_once_the_cause_is_mended()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "x/1.png", "x/2.png", "x/3.jpg");
        await stage.AcceptAsync("image/jpeg");
        var batch = BackfillStage.BatchOf((await stage.BackfillAsync("x/")).Output);
        string[] redrive = ["redrive", "--rejects", "--organization", stage.Bucket.Organization];

        var (exit, output) = await stage.RunAsync([.. redrive, "--dry-run"]);
        Assert.True(exit == 0, output);
        Assert.Contains("23514     mime_type        2  x/1.png  must be what the project takes: image/jpeg", output);
        Assert.Equal([2L], await cloud.RowAsync(Open, stage.Bucket.Organization));
        (exit, output) = await stage.RunAsync([.. redrive, "--dry-run", "--sqlstate", "42501"]);
        Assert.True(exit == 0 && output.Contains("There are no rejects.", StringComparison.Ordinal), output);

        // Not mended yet: both are rejected again, and that is seen.
        (exit, output) = await stage.RunAsync([.. redrive, "--batch", batch]);
        Assert.True(exit == 0, output);
        Assert.Contains($"{stage.Bucket.Organization}: 2 descriptors of batch {batch} sent again as batch ", output);
        await stage.Bucket.UntilAsync("""
            select count(*) = 4 and count(redriven_at) = 2 from ingest_rejects where organization_id = $1
            """, stage.Bucket.Organization);

        await stage.AcceptAsync("image/jpeg", "image/png");
        (exit, output) = await stage.RunAsync([.. redrive, "--since", "1h", "--limit", "1"]);
        Assert.True(exit == 0 && output.Contains("1 reject sent again.", StringComparison.Ordinal), output);
        (exit, output) = await stage.RunAsync(redrive);
        Assert.True(exit == 0 && output.Contains("1 reject sent again.", StringComparison.Ordinal), output);
        await stage.Bucket.UntilAsync(
            "select count(*) = 3 from photos where s3_bucket = $1", stage.Bucket.Name);
        Assert.Equal([0L], await cloud.RowAsync(Open, stage.Bucket.Organization));
        Assert.Equal([3L, 4L], await cloud.RowAsync("""
            select count(*), sum(total)::bigint from ingest_batches where organization_id = $1 and source = 'redrive'
            """, stage.Bucket.Organization));
    }

    [Fact]
    public async Task A_whole_message_goes_as_it_came_and_can_be_rejected_again()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        var (organization, batch) = (stage.Bucket.Organization, Guid.CreateVersion7());
        var body = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["version"] = 1,
            ["organization_id"] = organization,
            ["batch_id"] = batch,
            ["photos"] = Array.Empty<int>(),
        });
        await cloud.RowAsync("""
            insert into ingest_rejects (organization_id, batch_id, part, message_id, row_number, sqlstate, reason, row)
            values ($1, $2, 0, 'first', -1, '23514', 'must have some', $3)
            """, organization, batch, body);

        var (exit, output) = await stage.RunAsync("redrive", "--rejects", "--organization", organization);

        Assert.True(exit == 0, output);
        await stage.Bucket.UntilAsync("select exists (select from ingest_rejects where batch_id = $1)", batch);
        Assert.Equal([2L, 1L, true], await cloud.RowAsync("""
            select count(*), count(redriven_at), count(distinct row) = 1 from ingest_rejects where organization_id = $1
            """, organization));
    }

    [Fact]
    public async Task What_is_larger_than_a_message_stays()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        await RejectAsync(stage, -1, new string('x', 1_048_577));

        var (exit, output) = await stage.RunAsync("redrive", "--rejects", "--organization", stage.Bucket.Organization);

        Assert.True(exit == 2, output);
        Assert.Contains("0 rejects sent again. 1 larger than a message may be; they stay.", output);
        Assert.Equal([1L], await cloud.RowAsync(Open, stage.Bucket.Organization));
    }

    [Fact]
    public async Task A_queue_that_fails_leaves_rejects_as_they_are()
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        await RejectAsync(stage, 0, "{}");
        await using var queue = await BrokenStore.StartAsync(400);
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;

        var (exit, output) = await stage.RunAsync("redrive", "--rejects", "--organization", stage.Bucket.Organization);

        Assert.True(exit == 1, output);
        Assert.Contains("0 rejects sent again; the same command goes on with the others.", output);
        Assert.Equal([1L], await cloud.RowAsync(Open, stage.Bucket.Organization));
    }

    [Fact]
    public async Task Killed_before_they_are_marked_they_are_sent_once_more()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "x/1.jpg", "x/2.jpg");
        await stage.AcceptAsync("image/png");
        await stage.BackfillAsync("x/");
        await stage.AcceptAsync("image/png", "image/jpeg");
        var (requests, sent) = (0, new TaskCompletionSource());
        await using var silent = await BrokenStore.StartAsync(async http =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                sent.TrySetResult();
            }

            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = silent.Address;
        string[] command = ["redrive", "--rejects", "--organization", stage.Bucket.Organization];
        using (var run = CommandLine.Start(stage.Environment, command))
        {
            await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            run.Signal("KILL");
            await run.EndAsync();
        }

        Assert.Equal([2L], await cloud.RowAsync(Open, stage.Bucket.Organization));
        stage.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        var (exit, output) = await stage.RunAsync(command);
        Assert.True(exit == 0 && output.Contains("2 rejects sent again.", StringComparison.Ordinal), output);
        await stage.Bucket.UntilAsync("select count(*) = 2 from photos where s3_bucket = $1", stage.Bucket.Name);
    }

    private Task<object?[]> RejectAsync(BackfillStage stage, int rowNumber, string row) => cloud.RowAsync("""
        insert into ingest_rejects (organization_id, message_id, row_number, sqlstate, reason, row)
        values ($1, gen_random_uuid()::text, $2, '23514', 'is wrong', $3)
        """, stage.Bucket.Organization, rowNumber, row);
}
