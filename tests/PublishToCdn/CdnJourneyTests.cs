using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The whole way, as the template wires it: from an upload to the CDN, and gone from there again.</summary>
public class CdnJourneyTests(CloudFixture cloud)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_upload_is_at_the_CDN_by_itself_and_goes_from_there_with_its_photo()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(new { publish_to_cdn = true }), bytes);
        var path = $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}";
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));

        string? url = null;
        await UntilAsync(async () =>
            (url = (await client.SendAsync(HttpMethod.Get, path)).Body.GetProperty("cdn_url").GetString()) is not null);
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(url, TestContext.Current.CancellationToken));
        var photo = (await client.SendAsync(HttpMethod.Get, path)).Body;
        Assert.Equal((url, JsonValueKind.Null),
            (photo.GetProperty("url").GetString(), photo.GetProperty("cdn_error").ValueKind));

        await client.SendAsync(HttpMethod.Delete, path);

        // No sweep is waited for.
        await UntilAsync(async () =>
        {
            using var answer = await http.GetAsync(url, TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.NotFound;
        });
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await isSo())
        {
            Assert.True(DateTime.UtcNow < end, "It did not come in time.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
