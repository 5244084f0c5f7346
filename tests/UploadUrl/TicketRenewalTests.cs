using System.Net;

namespace PhotoLambda.Tests;

/// <summary>A fresh ticket for the same file, while it has not come.</summary>
public class TicketRenewalTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_renewed_ticket_is_for_the_same_file()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(length: 2048);
        var sha256 = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes, sha256: sha256);
        var id = ticket.GetProperty("photo_id").GetGuid();
        await cloud.RowAsync("update photos set expires_at = now() where id = $1", id);

        var renewed = await RenewAsync(client, id);

        Assert.Equal((200, "98"), (renewed.Status, renewed.Header("RateLimit-Remaining")));
        foreach (var member in new[] { "photo_id", "s3_url", "headers", "status_url", "expires_in_seconds" })
        {
            Assert.Equal(ticket.GetProperty(member).GetRawText(), renewed.Json.GetProperty(member).GetRawText());
        }

        Assert.Equal([true], await cloud.RowAsync(
            "select expires_at > now() + interval '14 minutes' from photos where id = $1", id));
        Assert.Equal((1, 2), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(renewed.Json, bytes));
        await client.UntilAsync(ticket, "processing");
        Assert.Equal("not-pending", (await RenewAsync(client, id)).Problem);
    }

    [Theory]
    [InlineData("status = 'failed'")]
    [InlineData("part_size_bytes = 8388608")]
    [InlineData("declared_size_bytes = null")]
    public async Task What_waits_for_no_single_PUT_is_not_renewed(string change)
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);
        var id = ticket.GetProperty("photo_id").GetGuid();
        await cloud.RowAsync($"update photos set {change} where id = $1", id);

        var answer = await RenewAsync(client, id);

        Assert.Equal((409, "not-pending"), (answer.Status, answer.Problem));
        Assert.Equal(1, await cloud.GrantedAsync(client));
    }

    [Fact]
    public async Task A_renewal_counts_against_the_limit()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 2 });
        var ticket = (await client.PostAsync("/api/v1/photos/upload-url", request)).Json;
        var id = ticket.GetProperty("photo_id").GetGuid();

        ApiAnswer[] answers = [await RenewAsync(client, id), await RenewAsync(client, id)];

        Assert.Equal([200, 429], answers.Select(a => a.Status));
        Assert.Equal((answers[1].Header("RateLimit-Reset"), "rate-limited"),
            (answers[1].Header("Retry-After"), answers[1].Problem));
        Assert.Equal(2, await cloud.GrantedAsync(client));
    }

    [Fact]
    public async Task Anothers_photo_is_not_renewed()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var ticket = await ours.NewTicketAsync(await ours.NewProjectAsync(), new byte[2048]);

        var foreign = await RenewAsync(theirs, ticket.GetProperty("photo_id").GetGuid());
        var unknown = await RenewAsync(theirs, Guid.NewGuid());

        Assert.Equal((404, "photo-not-found"), (foreign.Status, foreign.Problem));
        Assert.Equal((404, "photo-not-found"), (unknown.Status, unknown.Problem));
        Assert.Equal(400, (await ours.PostAsync("/api/v1/photos/x/upload-url", null)).Status);
        Assert.Equal(0, await cloud.GrantedAsync(theirs));
    }

    private static Task<ApiAnswer> RenewAsync(ApiClient client, Guid id) =>
        client.PostAsync($"/api/v1/photos/{id}/upload-url", null);
}
