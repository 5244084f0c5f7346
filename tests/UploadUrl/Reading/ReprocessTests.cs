using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>A failed photo gets another job; its timeline tells of both.</summary>
public class ReprocessTests(CloudFixture cloud)
{
    private const string NoSuchPort = "http://127.0.0.1:9";

    private const string Jobs = """
        select count(*), count(distinct job_id), count(published_at), min(attempts) from outbox where photo_id = $1
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_photo_is_processed_again_by_a_new_job()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, first) = await FailedAsync(client);

        var (status, photo) = await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("processing", photo.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, photo.GetProperty("failure_reason").ValueKind);
        Assert.Equal(JsonValueKind.Null, photo.GetProperty("failed_at").ValueKind);
        Assert.Equal([2L, 2L, 2L, 1], await cloud.RowAsync(Jobs, id));
        var row = await cloud.RowAsync(
            "select job_id, message::text from outbox where photo_id = $1 order by created_at desc", id);
        var (before, after) = (JsonDocument.Parse(first).RootElement, JsonDocument.Parse((string)row[1]!).RootElement);
        Assert.Equal(before.EnumerateObject().Select(m => m.Name), after.EnumerateObject().Select(m => m.Name));
        Assert.Equal(before.GetProperty("s3_url").GetString(), after.GetProperty("s3_url").GetString());
        Assert.Equal((Guid)row[0]!, after.GetProperty("job_id").GetGuid());
        Assert.Equal(8, ((Guid)row[0]!).Version);
    }

    [Fact]
    public async Task The_timeline_counts_how_often_a_status_was_entered()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await FailedAsync(client);
        await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/photos/{id}/status", new { status = "completed" });

        var (_, timeline) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/timeline");

        var items = timeline.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            [
                " -> pending_upload 1: ticket issued, ", "pending_upload -> uploaded 1: object created, ",
                "uploaded -> processing 1: job queued, ", "processing -> failed 1: processor, blurred",
                "failed -> uploaded 2: reprocess requested, by ada", "uploaded -> processing 2: job queued, ",
                "processing -> completed 1: processor, ",
            ],
            items.Select(i => $"{i.GetProperty("from_status").GetString()} -> {i.GetProperty("to_status").GetString()} "
                + $"{i.GetProperty("attempt").GetInt32()}: {i.GetProperty("cause").GetString()}, "
                + i.GetProperty("detail").GetString()));
        var times = items.ConvertAll(i => i.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task A_photo_without_events_has_an_empty_timeline()
    {
        using var client = await cloud.NewOrganizationAsync();
        var rows = ListedRow.Random(System.Random.Shared, [Guid.Parse(await client.NewProjectAsync())], 1);
        await ListedRow.InsertAsync(cloud, client.Organization, rows);

        var (status, timeline) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{rows[0].Id}/timeline");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("{\"items\":[]}", timeline.GetRawText());
    }

    [Theory]
    [InlineData("pending_upload")]
    [InlineData("uploaded")]
    [InlineData("processing")]
    [InlineData("completed")]
    public async Task A_photo_that_has_not_failed_is_not_processed_again(string status)
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await FailedAsync(client);
        await cloud.RowAsync("update photos set status = $2 where id = $1", id, status);

        var (code, problem) = await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);

        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal("urn:photolambda:problem:illegal-transition", problem.GetProperty("type").GetString());
        Assert.Contains(status, problem.GetProperty("detail").GetString());
        Assert.Equal([1L, 1L, 1L, 1], await cloud.RowAsync(Jobs, id));
    }

    [Fact]
    public async Task An_object_that_its_ticket_did_not_promise_stays_failed()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Png(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        await ApiClient.PutAsync(ticket, bytes);
        var photo = await client.UntilAsync(ticket, "failed");
        var id = photo.GetProperty("id").GetGuid();

        var (code, problem) = await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);

        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Equal("urn:photolambda:problem:not-uploaded", problem.GetProperty("type").GetString());
        Assert.Equal(["failed"], await cloud.RowAsync("select status from photos where id = $1", id));
        Assert.Equal([0L, 0L, 0L, null], await cloud.RowAsync(Jobs, id));
    }

    [Fact]
    public async Task Many_requests_at_once_make_one_job()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await FailedAsync(client);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null)));

        Assert.Contains(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.OK or HttpStatusCode.Conflict));
        Assert.Equal(["processing", 2L, 2L], await cloud.RowAsync("""
            select status, (select count(*) from outbox where photo_id = $1),
              (select count(*) from photo_events where photo_id = $1 and to_status = 'processing')
            from photos where id = $1
            """, id));
    }

    [Fact]
    public async Task A_photo_that_failed_again_meanwhile_is_not_left_without_a_job()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await FailedAsync(client);
        await using var owner = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await owner.OpenAsync(Stop);
        await using var transaction = await owner.BeginTransactionAsync(Stop);
        await ExecuteAsync("select 1 from photos where id = $1 for update");

        var late = client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await cloud.RowAsync("select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))",
            owner.ProcessID)).Length == 0)
        {
            await Task.Delay(20, limit.Token);
        }

        // Another request was quicker, and its job has failed as well.
        await ExecuteAsync("update photos set failed_at = now() where id = $1");
        await transaction.CommitAsync(Stop);

        Assert.Equal(HttpStatusCode.Conflict, (await late).Status);
        Assert.Equal(["failed"], await cloud.RowAsync("select status from photos where id = $1", id));
        var (status, _) = await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess", (object?)null);
        Assert.Equal(HttpStatusCode.OK, status);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, owner) { Parameters = { new() { Value = id } } };
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    [Fact]
    public async Task With_the_queue_down_the_job_waits_and_the_relay_takes_it()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (id, _) = await FailedAsync(client);
        await using (var api = await LoneUploadUrl.StartAsync(cloud,
            cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!, ("AWS_ENDPOINT_URL_SQS", NoSuchPort)))
        {
            var answer = await api.SendAsync("POST", $"/api/v1/photos/{id}/reprocess",
                client.Http.DefaultRequestHeaders.Authorization!.Parameter);
            Assert.Equal((200, "uploaded"),
                (answer.Status, JsonDocument.Parse(answer.Body).RootElement.GetProperty("status").GetString()));
        }

        Assert.Equal([2L, 2L, 1L, 0], await cloud.RowAsync(Jobs, id));
        await cloud.RowAsync(
            "update outbox set due_at = now() where photo_id = $1 and published_at is null", id);
        await using var relay = await LoneOnObjectCreated.StartAsync(cloud);
        await relay.InvokeAsync(LoneOnObjectCreated.Messages(
            ("m1", (await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096))).Event())));

        // Another function of the cloud may have been quicker, and be about to say so.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(10);)
        {
            if ((await cloud.RowAsync("select status from photos where id = $1", id)) is ["processing"])
            {
                break;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal([2L, 2L, 2L, 1], await cloud.RowAsync(Jobs, id));
        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", id));
    }

    /// <returns>A photo that a processor could do nothing with, and its first message.</returns>
    private async Task<(Guid Id, string Message)> FailedAsync(ApiClient client)
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        await ApiClient.PutAsync(ticket, bytes);
        await client.UntilAsync(ticket, "processing");
        var id = ticket.GetProperty("photo_id").GetGuid();
        var report = new { status = "failed", failure_reason = "blurred" };
        var (status, _) = await client.SendAsync(HttpMethod.Patch, $"/api/v1/photos/{id}/status", report);
        Assert.Equal(HttpStatusCode.OK, status);
        var row = await cloud.RowAsync("select message::text from outbox where photo_id = $1", id);
        return (id, (string)row.Single()!);
    }
}
