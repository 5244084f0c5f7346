using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary><c>GET /api/v1/photos</c>: pages, limits and whose photos they are.</summary>
[AnyFlavor]
public class ListPhotosTests(CloudFixture cloud)
{
    [Fact]
    public async Task An_item_is_what_the_photo_s_own_route_answers()
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);

        var page = await client.PageAsync("");
        var (_, photo) = await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}");

        Assert.Equal(photo.GetRawText(), Assert.Single(page.GetProperty("items").EnumerateArray()).GetRawText());
        Assert.Null(page.Cursor());
    }

    [Fact]
    public async Task Pages_have_50_photos_unless_another_limit_is_given()
    {
        using var client = await cloud.NewOrganizationAsync();
        await FillAsync(client, 120);

        Assert.Equal(50, (await client.PageAsync("")).Ids().Count());
        Assert.Single((await client.PageAsync("limit=1")).Ids());
        Assert.Equal(120, (await client.PageAsync("limit=200")).Ids().Count());
        var exact = await client.PageAsync("limit=120");
        Assert.Equal((120, null), (exact.Ids().Count(), exact.Cursor()));
    }

    [Theory]
    [InlineData("", 7)]
    [InlineData("&taken_from=2020-01-01T00:00:00", 9)]
    [InlineData("&kind=image", 5)]
    public async Task Photos_that_come_between_two_pages_move_no_other(string filter, int limit)
    {
        using var client = await cloud.NewOrganizationAsync();
        var rows = await FillAsync(client, 100);
        var before = await client.AllAsync("limit=200" + filter);
        var newer = new Random(1);

        var read = await client.AllAsync($"limit={limit}{filter}", () => ListedRow.InsertAsync(cloud, client.Organization,
            [.. ListedRow.Random(newer, [rows[0].Project], 5).Select(r => r with
            {
                Id = Guid.NewGuid(),
                CreatedAt = r.CreatedAt.AddDays(1),
                TakenAt = r.TakenAt?.AddDays(1),
            })]));

        Assert.Equal(before, read);
    }

    [Fact]
    public async Task A_photo_that_goes_between_two_pages_hides_no_other()
    {
        using var client = await cloud.NewOrganizationAsync();
        await FillAsync(client, 60);
        var all = await client.AllAsync("");
        var page = await client.PageAsync("limit=20");

        await cloud.RowAsync("delete from photos where id = any ($1)", all.Take(20).ToArray());

        Assert.Equal(all.Skip(20), (await client.PageAsync("limit=200", page.Cursor())).Ids());
    }

    [Fact]
    public async Task A_list_shows_its_own_organization_only()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var rows = await FillAsync(ours, 40);
        var others = await FillAsync(theirs, 40);
        string[] queries =
        [
            "", "status=completed", "kind=audio", "uploaded_by=user%201", "session_id=session-1",
            "taken_from=2020-01-01T00:00:00", "created_from=2020-01-01T00:00:00Z",
        ];
        foreach (var query in queries)
        {
            var ids = await ours.AllAsync(query);
            Assert.NotEmpty(ids);
            Assert.Subset(rows.Select(r => r.Id).ToHashSet(), ids.ToHashSet());
        }

        Assert.Empty(await ours.AllAsync($"project_id={others[0].Project}"));
        Assert.Empty(await ours.AllAsync($"project_id={Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_page_of_heavy_photos_is_cut_before_it_is_too_large()
    {
        using var client = await cloud.NewOrganizationAsync();
        await FillAsync(client, 150);
        await cloud.RowAsync("""
            update photos set detections = jsonb_build_array(repeat('a "quote" ', 3000)) where organization_id = $1
            """, client.Organization);

        var page = await client.PageAsync("limit=200");

        Assert.InRange(page.GetRawText().Length, 2_900_000, 3_100_000);
        Assert.InRange(page.Ids().Count(), 1, 149);
        Assert.Equal(150, (await client.AllAsync("limit=200")).Distinct().Count());
    }

    [Theory]
    [InlineData("limit=0", "limit", "1 to 200")]
    [InlineData("limit=201", "limit", "1 to 200")]
    [InlineData("limit=-1", "limit", "1 to 200")]
    [InlineData("limit=", "limit", "1 to 200")]
    [InlineData("limit=ten", "limit", "1 to 200")]
    [InlineData("limit=1&limit=2", "limit", "given once")]
    [InlineData("status=done", "status", "pending_upload, uploaded, processing, completed or failed")]
    [InlineData("kind=video", "kind", "image or audio")]
    [InlineData("project_id=42", "project_id", "a UUID")]
    [InlineData("uploaded_by=", "uploaded_by", "1 to 255")]
    [InlineData("uploaded_by=a%00b", "uploaded_by", "control characters")]
    [InlineData("session_id=%0A", "session_id", "control characters")]
    [InlineData("created_from=2026-01-01T00:00:00", "created_from", "RFC 3339")]
    [InlineData("created_to=yesterday", "created_to", "RFC 3339")]
    [InlineData("created_from=2026-01-02T00:00:00Z&created_to=2026-01-02T01:00:00%2B01:00", "created_to", "later")]
    [InlineData("taken_from=2026-01-01", "taken_from", "2026-01-31T09:30:00")]
    [InlineData("taken_to=2026-02-30T00:00:00", "taken_to", "2026-01-31T09:30:00")]
    [InlineData("taken_from=2026-01-02T00:00:00&taken_to=2026-01-01T00:00:00", "taken_to", "later")]
    [InlineData("cursor=", "cursor", "next_cursor")]
    [InlineData("cursor=abc", "cursor", "next_cursor")]
    public async Task A_bad_parameter_is_named_with_its_limit(string query, string field, string limit)
    {
        using var client = await cloud.NewOrganizationAsync();

        var (status, problem) = await client.SendAsync(HttpMethod.Get, "/api/v1/photos?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(limit, error.GetProperty("limit").GetString());
    }

    [Theory]
    [InlineData("GET", "", "photos:write")]
    [InlineData("GET", "/0191f7a0-0000-7000-8000-000000000000/timeline", "photos:write")]
    [InlineData("GET", "/0191f7a0-0000-7000-8000-000000000000/download-url", "photos:write")]
    [InlineData("POST", "/0191f7a0-0000-7000-8000-000000000000/reprocess", "photos:read photos:process")]
    public async Task A_token_without_the_scope_reads_nothing(string method, string path, string scope)
    {
        using var client = await cloud.NewOrganizationAsync(scope);

        var (status, _) = await client.SendAsync(HttpMethod.Parse(method), "/api/v1/photos" + path, (object?)null);

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task An_anothers_or_unknown_photo_has_no_timeline_download_or_reprocessing()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var row = (await FillAsync(theirs, 1))[0];
        foreach (var (method, route) in new[] { ("GET", "timeline"), ("GET", "download-url"), ("POST", "reprocess") })
        {
            var foreign = await ours.SendAsync(
                HttpMethod.Parse(method), $"/api/v1/photos/{row.Id}/{route}", (object?)null);
            var unknown = await ours.SendAsync(
                HttpMethod.Parse(method), $"/api/v1/photos/{Guid.NewGuid()}/{route}", (object?)null);

            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (foreign.Status, unknown.Status));
            Assert.Equal("urn:photolambda:problem:photo-not-found", Type(foreign.Body));
            Assert.Equal(Type(unknown.Body), Type(foreign.Body));
        }
    }

    private static string? Type(JsonElement problem) => problem.GetProperty("type").GetString();

    private async Task<ListedRow[]> FillAsync(ApiClient client, int count)
    {
        var rows = ListedRow.Random(new Random(count), [Guid.Parse(await client.NewProjectAsync())], count);
        // Ids of the test's own: the seed is not.
        rows = [.. rows.Select(r => r with { Id = Guid.NewGuid() })];
        await ListedRow.InsertAsync(cloud, client.Organization, rows);
        return rows;
    }
}
