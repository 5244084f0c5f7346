using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static PhotoLambda.Tests.BulkRequests;
using static PhotoLambda.Tests.PartedUploads;

namespace PhotoLambda.Tests;

/// <summary>The template grants what the functions need, and nothing that they do not.</summary>
public class PermissionTests(CloudFixture cloud)
{
    /// <summary>
    /// The fixture's CDN is ImageKit, which nothing is invalidated at; and an original that goes away between its
    /// upload to the CDN and the look whether it is still the same is a race, which has 403 in place of 404 otherwise.
    /// </summary>
    private static readonly string[] Excepted =
    [
        "PublishToCdnFunction: cloudfront:CreateInvalidation", "PublishToCdnFunction: s3:ListBucket",
    ];

    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_granted_is_what_is_used()
    {
        using var client = await cloud.NewOrganizationAsync();
        await UploadReadAndDeleteAsync(client, new { scrub_gps = true, publish_to_cdn = true });
        await UploadReadAndDeleteAsync(client, new { publish_to_cdn = true });
        await UploadInPartsAsync(client);
        await client.FinishedAsync(await client.RegisterAsync(Descriptors(await client.NewProjectAsync(), 2)));
        var lost = await LeaveToTheSweepAsync(client);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        // The last of it is done by functions that nobody waits for.
        string[] unused;
        while ((unused = await NeverUsedAsync()).Length > 0 && !limit.IsCancellationRequested)
        {
            // As if a function had been killed before it could send the job.
            await cloud.RowAsync(
                "update outbox set published_at = null, due_at = now() where photo_id = $1 and queue = 'detection'",
                lost);
            await SweepAsync();
            await Task.Delay(200, Stop);
        }

        Assert.True(unused.Length == 0, "granted and never used:\n" + string.Join('\n', unused));
    }

    [Fact]
    public async Task Nothing_is_granted_that_is_wider_than_a_bucket_or_queue()
    {
        foreach (var function in await FunctionsAsync())
        {
            Assert.Empty(function.GetProperty("unjudged").EnumerateArray());
            foreach (var grant in function.GetProperty("granted").EnumerateArray())
            {
                var (action, resource) = (Text(grant, "action"), Text(grant, "resource"));
                Assert.DoesNotContain('*', action);
                // Of a bucket all objects, since keys are nobody's to choose.
                var named = resource.EndsWith("/*", StringComparison.Ordinal) ? resource[..^2] : resource;
                Assert.DoesNotContain('*', named);
            }
        }
    }

    private async Task UploadReadAndDeleteAsync(ApiClient client, object policy)
    {
        var project = await client.NewProjectAsync(policy);
        var bytes = ImageBuilder.Jpeg(640, 480, ThumbnailBuilder.With(
            () => new ExifBuilder().Shorts(0x0112, 6).Position((46, 29, 0, 'N'), (7, 44, 0, 'E')),
            ThumbnailBuilder.Talkative()), length: 20_000);
        var ticket = await client.NewTicketAsync(project, bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        await client.UntilAsync(ticket, "processing");
        var id = ticket.GetProperty("photo_id").GetGuid();
        await UntilAsync("select 1 from photos where id = $1 and cdn_url is not null", id);

        // Links of objects that the CDN has are the CDN's, those of thumbnails the store's.
        await cloud.RowAsync("update photos set cdn_url = null where id = $1", id);
        foreach (var query in new[] { "", "?variant=thumbnail" })
        {
            var (_, link) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}/download-url{query}");
            Assert.NotEmpty(await Http.GetByteArrayAsync(link.GetProperty("url").GetString(), Stop));
        }

        var report = new { status = "failed", failure_reason = "blurred" };
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/photos/{id}/status", report);
        Assert.Equal(HttpStatusCode.OK,
            (await client.SendAsync(HttpMethod.Post, $"/api/v1/photos/{id}/reprocess")).Status);
        Assert.Equal(HttpStatusCode.NoContent,
            (await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{id}")).Status);
        // Its ticket may still be used: the sweep deletes what came by it.
        await cloud.RowAsync("update deletions set due_at = now() where photo_id = $1", id);
        await SweepAsync();
    }

    private static async Task UploadInPartsAsync(ApiClient client)
    {
        var upload = await client.BeginAsync();
        var parts = await client.UploadPartsAsync(upload);
        await client.SendAsync(HttpMethod.Get, Of(upload, "/parts"));
        Assert.Equal(HttpStatusCode.OK, (await client.CompleteAsync(upload, parts)).Status);
        var other = await client.BeginAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, Of(other))).Status);
    }

    /// <summary>A ticket and an upload in parts that nobody used, and an object whose event was lost.</summary>
    /// <returns>The photo of the object.</returns>
    private async Task<Guid> LeaveToTheSweepAsync(ApiClient client)
    {
        var project = await client.NewProjectAsync();
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var unused = await client.NewTicketAsync(project, bytes);
        var begun = await client.BeginAsync();
        var lost = await client.NewTicketAsync(project, bytes);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(lost, bytes));
        await client.UntilAsync(lost, "processing");
        await cloud.RowAsync("""
            update photos set status = 'pending_upload', etag = null, sequencer = null where id = $1
            """, lost.GetProperty("photo_id").GetGuid());
        foreach (var photo in new[] { unused, begun, lost })
        {
            await cloud.RowAsync("""
                update photos set created_at = now() - interval '2 days', updated_at = now() - interval '2 days',
                  expires_at = now() - interval '1 day'
                where id = $1
                """, photo.GetProperty("photo_id").GetGuid());
        }

        await SweepAsync();
        return lost.GetProperty("photo_id").GetGuid();
    }

    private async Task SweepAsync()
    {
        using var fired = await Http.PostAsync(
            new Uri(cloud.Cloud.Api, "/_local/schedules/SweepFunction"), null, Stop);
        Assert.Equal(HttpStatusCode.Accepted, fired.StatusCode);
    }

    private async Task UntilAsync(string sql, Guid id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while ((await cloud.RowAsync(sql, id)).Length == 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<string[]> NeverUsedAsync() =>
    [
        .. from function in await FunctionsAsync()
           from grant in function.GetProperty("never_used").EnumerateArray()
           let use = $"{Text(function, "logical_id")}: {Text(grant, "action")}"
           where !Excepted.Contains(use)
           select $"{use} on {Text(grant, "resource")}",
    ];

    private async Task<JsonElement[]> FunctionsAsync()
    {
        var permissions = await Http.GetFromJsonAsync<JsonElement>(
            new Uri(cloud.Cloud.Api, "/_local/permissions"), Stop);
        return [.. permissions.GetProperty("functions").EnumerateArray()];
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
