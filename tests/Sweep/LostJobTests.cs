using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Photos that wait for a job which is not there.</summary>
public sealed class LostJobTests(CloudFixture cloud)
{
    private const string Uploaded = ", status, uploaded_at";
    private const string Long = ", 'uploaded', now() - interval '1 hour'";

    [Fact]
    public async Task A_photo_without_a_job_gets_another_each_time()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(3, Uploaded, Long);
        await stage.AddJobsAsync("file_name = '2'", published: "now()");
        await stage.AddJobsAsync("file_name = '3'", due: "now() + interval '1 day'");
        await using var one = await stage.SweepAsync();
        await using var other = await stage.SweepAsync();
        var lost = 2;
        foreach (var attempt in Enumerable.Range(2, 3))
        {
            var done = await Task.WhenAll(one.InvokeAsync(), other.InvokeAsync());
            Assert.Equal(lost, done.Sum(d => d.GetProperty("jobs_remade").GetInt32()));
            Assert.Equal("", LoneSweep.Counts(await AfterRelayAsync(stage, one)));
            await stage.Database.ExecuteAsync("""
                update photos set status = 'uploaded', updated_at = now() - interval '11 minutes'
                where file_name <> '3'
                """);
            Assert.Equal([$"1,{attempt - 1}", $"2,{attempt}", "3,1"], await stage.Database.RowsAsync(
                "select p.file_name, count(*) from outbox o join photos p on p.id = o.photo_id group by 1"));
        }

        Assert.Equal(["1,3", "2,3"], await stage.Database.RowsAsync("""
            select p.file_name, count(*) from photo_events e join photos p on p.id = e.photo_id
            where cause = 'job made anew' group by 1
            """));
    }

    [Theory]
    [InlineData("updated_at = now() - interval '9 minutes'", "")]
    [InlineData("updated_at = now() - interval '11 minutes'", "jobs_remade=1")]
    public async Task A_job_is_missed_after_ten_minutes(string change, string done)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1, Uploaded, Long);
        await stage.Database.ExecuteAsync($"update photos set {change}");
        // The same sweep may send it at once.
        await using var sweep = await stage.SweepAsync();
        Assert.Equal(done, LoneSweep.Counts(await sweep.InvokeAsync())
            .Replace("jobs_published=1 ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_made_anew_is_as_the_photo_has_it()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1, Uploaded + ", detection_types, priority, correlation_id",
            Long + ", '{faces}', 'high', 'c'");
        await using var sweep = await stage.SweepAsync();
        await sweep.InvokeAsync();
        await AfterRelayAsync(stage, sweep);

        var body = Assert.Single(await stage.ReceiveAsync(stage.DetectionQueueUrl));
        Assert.Equal(["True"], await stage.Database.RowsAsync($$"""
            select j = jsonb_build_object('job_id', j->'job_id', 'photo_id', id, 's3_url',
              's3://' || s3_bucket || '/' || s3_key_original, 'kind', 'image',
              'detection_types', array['faces'], 'priority', 'high',
              'organization_id', 'o', 'project_id', project_id, 'correlation_id', 'c')
            from photos, (select '{{body}}'::jsonb as j) job
            """));
    }

    [Fact]
    public async Task A_report_that_comes_meanwhile_needs_no_job()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1, Uploaded, Long);
        // Behind the claim, and before the job is made.
        await stage.Database.ExecuteAsync("""
            create function report() returns trigger language plpgsql as $$
              begin update photos set status = 'completed'; return null; end $$;
            create trigger report after update of updated_at on photos for each statement
              when (pg_trigger_depth() = 0) execute function report()
            """);

        Assert.Equal("", await stage.SweepOnceAsync());

        Assert.Equal(["completed,0"], await stage.Database.RowsAsync(
            "select status, (select count(*) from outbox) from photos"));
    }

    /// <returns>The report of a sweep with nothing more to do.</returns>
    private static async Task<JsonElement> AfterRelayAsync(SweepStage stage, LoneSweep sweep)
    {
        await sweep.InvokeAsync();
        Assert.Empty(await stage.Database.RowsAsync(
            "select 1 from outbox where published_at is null and due_at <= now()"));
        return await sweep.InvokeAsync();
    }
}
