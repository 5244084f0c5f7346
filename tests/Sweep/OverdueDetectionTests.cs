namespace PhotoLambda.Tests;

/// <summary>Photos that no detector reports on.</summary>
public sealed class OverdueDetectionTests(CloudFixture cloud)
{
    private const string Processing = ", status, uploaded_at, processing_at";
    private const string Values = ", 'processing', now() - interval '9 days', now() - interval '9 days'";

    [Fact]
    public async Task Exactly_the_overdue_ones_fail_by_two_sweeps_at_once()
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(2_500, Processing, Values);
        await stage.Database.ExecuteAsync("""
            update photos set updated_at = now() - case when file_name::int <= 2300 then interval '25 hours'
              else interval '23 hours' end
            """);
        await using var one = await stage.SweepAsync();
        await using var other = await stage.SweepAsync();

        var done = await Task.WhenAll(one.InvokeAsync(), other.InvokeAsync());

        Assert.Equal(2_300, done.Sum(d => d.GetProperty("detections_timed_out").GetInt32()));
        const string Reason = "detection_timeout: no detector reported within 24 hours";
        Assert.Equal(
            [$"failed,deadline,{Reason},True,2300", "processing,,,False,200"],
            await stage.Database.RowsAsync("""
                select status, failed_by, failure_reason, failed_at is not null, count(*)
                from photos group by 1, 2, 3, 4
                """));
        Assert.Equal([$"processing,failed,detection timed out,{Reason},2300"], await stage.Database.RowsAsync(
            "select from_status, to_status, cause, detail, count(*) from photo_events group by 1, 2, 3, 4"));
    }

    [Theory]
    [InlineData("0", 1_000, "")]
    [InlineData("1", 59, "")]
    [InlineData("1", 61, "detections_timed_out=1")]
    [InlineData("", 1_441, "detections_timed_out=1")]
    public async Task The_deadline_is_that_of_the_setting(string hours, int minutes, string done)
    {
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.AddAsync(1, Processing, Values);
        await stage.Database.ExecuteAsync($"update photos set updated_at = now() - interval '{minutes} minutes'");
        Assert.Equal(done, await stage.SweepOnceAsync(null, ("PHOTOLAMBDA_PROCESSING_HOURS", hours)));
    }

    [Fact]
    public async Task A_photo_that_is_processed_again_has_its_time_anew()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var stage = await SweepStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync($"insert into organizations (id) values ('{client.Organization}')");
        await stage.AddAsync(1, Processing, Values);
        await stage.Database.ExecuteAsync($"""
            alter table photos drop constraint photos_organization_id_project_id_fkey;
            update photos set organization_id = '{client.Organization}', updated_at = now() - interval '2 days';
            update projects set organization_id = '{client.Organization}'
            """);
        Assert.Equal("detections_timed_out=1", await stage.SweepOnceAsync());
        var id = (await stage.Database.RowsAsync("select id from photos")).Single();
        await using var api = await LoneUploadUrl.StartAsync(
            cloud, stage.Database.Api, ("PHOTOLAMBDA_DETECTION_QUEUE_URL", stage.DetectionQueueUrl));

        var answer = await api.SendAsync(
            "POST", $"/api/v1/photos/{id}/reprocess", client.Http.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(200, answer.Status);
        Assert.Equal("", await stage.SweepOnceAsync());
        Assert.Equal(["processing,,"], await stage.Database.RowsAsync(
            "select status, failed_by, failure_reason from photos"));
    }
}
