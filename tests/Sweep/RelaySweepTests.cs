using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>Jobs that wait in the outbox.</summary>
public sealed class RelaySweepTests(CloudFixture cloud)
{
    private const string Uploaded = ", status, uploaded_at";
    private const string Long = ", 'uploaded', now() - interval '1 hour'";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_sweeps_at_once_send_each_job_once()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1_200, Uploaded, Long);
        await stage.AddJobsAsync();
        await using var one = await stage.SweepAsync();
        await using var other = await stage.SweepAsync();

        var done = await Task.WhenAll(one.InvokeAsync(), other.InvokeAsync());

        Assert.Equal(1_200, done.Sum(d => d.GetProperty("jobs_published").GetInt32()));
        Assert.Equal(["processing,1200"], await stage.Database.RowsAsync(
            "select status, count(*) from photos group by 1"));
        var sent = new List<string>();
        while (await stage.ReceiveAsync(stage.DetectionQueueUrl) is { Count: > 0 } bodies)
        {
            sent.AddRange(bodies);
        }

        Assert.Equal((1_200, 1_200), (sent.Count, sent.Distinct().Count()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_queue_that_is_down_costs_a_sweep_seconds(bool isSilent)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1_200, Uploaded, Long);
        await stage.AddJobsAsync();
        await stage.Database.AddAsync("due");
        await using var queue = await BrokenStore.StartAsync(http =>
        {
            http.Response.StatusCode = 500;
            return isSilent ? Task.Delay(Timeout.Infinite, http.RequestAborted) : Task.CompletedTask;
        });
        await using var sweep = await stage.SweepAsync(null, ("AWS_ENDPOINT_URL_SQS", queue.Address));

        var clock = Stopwatch.StartNew();
        var done = LoneSweep.Counts(await sweep.InvokeAsync(seconds: 60));

        // Of one batch alone: the others would wait as long for the same answer.
        Assert.Equal("deletions_finished=1 jobs_left=500", done);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
        Assert.Equal(["0,700", "1,500"], await stage.Database.RowsAsync(
            "select attempts, count(*) from outbox where published_at is null group by 1"));
    }

    [Fact]
    public async Task The_age_of_the_outbox_is_that_of_its_oldest_message_which_no_queue_took()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3, Uploaded, Long);
        await stage.AddJobsAsync();
        await stage.Database.ExecuteAsync("""
            update outbox set created_at = now() - interval '20 minutes'
            where photo_id = (select min(id::text)::uuid from photos);
            update outbox set created_at = now() - interval '1 day', published_at = now()
            where photo_id = (select max(id::text)::uuid from photos)
            """);
        await using var sweep = await stage.SweepAsync();

        var first = (await sweep.InvokeAsync()).GetProperty("outbox_age").GetInt32();
        var second = (await sweep.InvokeAsync()).GetProperty("outbox_age").GetInt32();

        Assert.InRange(first, 1_200, 1_260);
        // Of the job that the first one made anew, since the last photo's had gone.
        Assert.InRange(second, 0, 60);
    }

    [Fact]
    public async Task A_photo_whose_job_is_on_its_way_is_deleted_at_once()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync($"""
            insert into organizations (id) values ('{client.Organization}');
            insert into projects (id, organization_id, name)
            values (gen_random_uuid(), '{client.Organization}', 'ours');
            delete from projects where organization_id = 'o'
            """);
        var id = Guid.NewGuid();
        await stage.Database.ExecuteAsync($"""
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
              declared_content_type, declared_size_bytes, status, uploaded_at)
            select '{id}', organization_id, id, 'x', '{SweepStage.Bucket}', '{stage.Key(1)}', 'image/jpeg', 1,
              'uploaded', now()
            from projects
            """);
        await stage.AddJobsAsync();
        var asked = new TaskCompletionSource();
        await using var queue = await BrokenStore.StartAsync(async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await using var sweep = await stage.SweepAsync(null, ("AWS_ENDPOINT_URL_SQS", queue.Address));
        await using var api = await LoneUploadUrl.StartAsync(cloud, stage.Database.Api);
        var sweeping = sweep.InvokeAsync(seconds: 7);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        var answer = await api.SendAsync(
            "DELETE", $"/api/v1/photos/{id}", client.Http.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(204, answer.Status);
        Assert.False(sweeping.IsCompleted, "The queue is silent for longer than a deletion takes.");
        Assert.Equal("jobs_left=1", LoneSweep.Counts(await sweeping));
        Assert.Empty(await stage.Database.RowsAsync("select 1 from outbox"));
    }
}
