using System.Net;

namespace PhotoLambda.Tests;

/// <summary>A cursor is good for the list that it was given for, and nobody can make one.</summary>
public class CursorTests(CloudFixture cloud)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public async Task A_cursor_with_another_letter_anywhere_is_refused()
    {
        using var client = await FilledAsync();
        var cursor = (await client.PageAsync("limit=1")).Cursor()!;
        var random = new Random(7);
        for (var i = 0; i < cursor.Length; i++)
        {
            var other = Letters[(Letters.IndexOf(cursor[i]) + random.Next(1, 64)) % 64];
            await RefusedAsync(client, "", cursor[..i] + other + cursor[(i + 1)..]);
        }
    }

    [Fact]
    public async Task A_cursor_with_any_bit_of_its_bytes_flipped_is_refused()
    {
        using var client = await FilledAsync();
        var cursor = System.Buffers.Text.Base64Url.DecodeFromChars((await client.PageAsync("limit=1")).Cursor()!);
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            await RefusedAsync(client, "", System.Buffers.Text.Base64Url.EncodeToString(changed));
        }
    }

    [Fact]
    public async Task A_cursor_that_is_cut_or_lengthened_is_refused()
    {
        using var client = await FilledAsync();
        var cursor = (await client.PageAsync("limit=1")).Cursor()!;
        string[] others = [cursor[..^1], cursor[1..], cursor + "A", cursor + "==", "A" + cursor, cursor + cursor, "A"];
        foreach (var other in others)
        {
            await RefusedAsync(client, "", other);
        }
    }

    [Theory]
    [InlineData("", "&kind=image")]
    [InlineData("&kind=image", "")]
    [InlineData("&kind=image", "&kind=audio")]
    [InlineData("&uploaded_by=user%201", "&session_id=user%201")]
    [InlineData("&created_from=2026-01-01T00:00:00Z", "&created_to=2026-01-01T00:00:00Z")]
    [InlineData("&created_from=2020-01-01T00:00:00Z", "&taken_from=2020-01-01T00:00:00")]
    public async Task A_cursor_of_other_filters_is_refused(string filters, string others)
    {
        using var client = await FilledAsync();
        var cursor = (await client.PageAsync("limit=1" + filters)).Cursor()!;

        await client.PageAsync("limit=2" + filters, cursor);
        await RefusedAsync(client, others, cursor);
    }

    [Fact]
    public async Task A_cursor_of_another_organization_is_refused()
    {
        using var ours = await FilledAsync();
        using var theirs = await FilledAsync();

        await RefusedAsync(ours, "", (await theirs.PageAsync("limit=1")).Cursor()!);
    }

    [Fact]
    public async Task The_same_instant_in_another_time_zone_is_the_same_filter()
    {
        using var client = await FilledAsync();
        var cursor = (await client.PageAsync("limit=1&created_from=2020-01-01T00:00:00Z")).Cursor()!;

        await client.PageAsync("limit=1&created_from=2020-01-01T09:00:00%2B09:00", cursor);
    }

    [Fact]
    public async Task A_cursor_is_good_at_every_instance()
    {
        using var client = await FilledAsync();
        var page = await client.PageAsync("limit=3");
        await using var other = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!);

        var answer = await other.GetAsync(
            "/api/v1/photos?limit=3&cursor=" + page.Cursor(), client.Http.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_cursor_of_the_photos_is_none_of_the_projects()
    {
        using var client = await FilledAsync();
        var cursor = (await client.PageAsync("limit=1")).Cursor()!;

        var (status, problem) = await client.SendAsync(HttpMethod.Get, "/api/v1/projects?cursor=" + cursor);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("cursor", problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task Only_the_API_can_read_the_key()
    {
        Assert.Equal([true, false, false], await cloud.RowAsync("""
            select has_table_privilege('photolambda_api', 'cursor_keys', 'select'),
              has_table_privilege('photolambda_api', 'cursor_keys', 'insert, update, delete'),
              has_table_privilege('photolambda_worker', 'cursor_keys', 'select, insert, update, delete')
            """));
    }

    private static async Task RefusedAsync(ApiClient client, string filters, string cursor)
    {
        var (status, problem) = await client.SendAsync(
            HttpMethod.Get, $"/api/v1/photos?limit=1{filters}&cursor={Uri.EscapeDataString(cursor)}");

        Assert.Equal((HttpStatusCode.BadRequest, cursor), (status, cursor));
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal("cursor", error.GetProperty("field").GetString());
    }

    private async Task<ApiClient> FilledAsync()
    {
        var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync());
        await ListedRow.InsertAsync(
            cloud, client.Organization, ListedRow.Random(System.Random.Shared, [project], 60));
        return client;
    }
}
