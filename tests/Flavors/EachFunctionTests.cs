using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The functions that no client calls, over the repository's own template.</summary>
[AnyFlavor]
public sealed class EachFunctionTests(CloudFixture cloud)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_photo_of_a_project_that_asks_for_it_is_at_the_CDN()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var (status, _) = await client.SendAsync(
            HttpMethod.Patch, $"/api/v1/projects/{project}", new { policy = new { publish_to_cdn = true } });
        Assert.Equal(HttpStatusCode.OK, status);
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(project, bytes);

        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));

        var url = await UntilAsync<string>("select cdn_url from photos where id = $1", Id(ticket));
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(url, Stop));
    }

    [Fact]
    public async Task A_ticket_that_nobody_used_is_ended_by_the_schedule()
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);
        await cloud.RowAsync(
            """
            update photos set expires_at = now() - interval '1 hour', updated_at = now() - interval '1 hour'
            where id = $1
            """, Id(ticket));
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };

        using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, Stop);

        Assert.Equal(HttpStatusCode.Accepted, fired.StatusCode);
        var photo = await client.UntilAsync(ticket, "failed");
        Assert.Equal(photo.GetProperty("failure_reason").GetString(), await UntilAsync<string>(
            "select detail from photo_events where photo_id = $1 and to_status = 'failed'", Id(ticket)));
    }

    private static Guid Id(JsonElement ticket) => ticket.GetProperty("photo_id").GetGuid();

    /// <returns>The first value that is not null.</returns>
    private async Task<T> UntilAsync<T>(string sql, Guid photo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await cloud.RowAsync(sql, photo) is [T value])
            {
                return value;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
