using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Reads the list as a client does: from page to page, by nothing but the cursor.</summary>
internal static class PhotoPages
{
    public static async Task<JsonElement> PageAsync(this ApiClient client, string query, string? cursor = null)
    {
        var (status, page) = await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos?{query}{(cursor is null ? "" : "&cursor=" + cursor)}");
        Assert.Equal(HttpStatusCode.OK, status);
        return page;
    }

    /// <param name="between">Called after each page that is not the last.</param>
    public static async Task<List<Guid>> AllAsync(this ApiClient client, string query, Func<Task>? between = null)
    {
        var ids = new List<Guid>();
        for (string? cursor = null; ;)
        {
            var page = await client.PageAsync(query, cursor);
            ids.AddRange(page.Ids());
            cursor = page.Cursor();
            if (cursor is null)
            {
                return ids;
            }

            await (between?.Invoke() ?? Task.CompletedTask);
        }
    }

    public static IEnumerable<Guid> Ids(this JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetGuid());

    public static string? Cursor(this JsonElement page) => page.GetProperty("next_cursor").GetString();
}
