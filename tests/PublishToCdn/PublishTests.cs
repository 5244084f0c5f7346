using System.Net;

namespace PhotoLambda.Tests;

/// <summary>From messages to what the CDN serves.</summary>
public sealed class PublishTests(CloudFixture cloud)
{
    private const string Sha = "sha256 = sha256('one'::bytea)";
    private const string State = """
        select cdn_url is not null, cdn_error, cdn_attempts, cdn_due_at is not null, count(*) from photos
        group by 1, 2, 3, 4
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_to_a_project_with_a_cdn_is_served_by_it_until_deleted()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { publish_to_cdn = true });
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var ticket = await client.NewTicketAsync(project, bytes);
        await ApiClient.PutAsync(ticket, bytes);

        const string Url = "select cdn_url from photos where organization_id = $1 and cdn_url is not null";
        var url = (string)(await UntilAsync(() => cloud.RowAsync(Url, client.Organization)))[0]!;
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(url, Stop));
        Assert.Equal([0L], await cloud.RowAsync(
            "select count(*) from outbox where queue = 'cdn' and organization_id = $1", client.Organization));

        await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{ticket.GetProperty("photo_id")}");
        // No sweep is waited for.
        await UntilAsync(() => cloud.RowAsync(
            "select 1 where not exists (select from cdn_assets where organization_id = $1)", client.Organization));
        using var gone = await http.GetAsync(url, Stop);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Photos_of_one_content_are_published_once()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        // By checksum and by ETag, the first and the second time either way about.
        var unknown = await stage.AddAsync([1, 1, 2]);
        var known = await stage.AddAsync([1], Sha);
        Assert.Equal("", await stage.PublishAsync([.. unknown, .. known]));
        Assert.Equal("1 1", await stage.UploadsAsync());

        // The same process remembers, another one finds out.
        var late = await stage.AddAsync([1, 2, 1]);
        Assert.Equal("", await stage.PublishAsync(late));
        await using var other = await stage.AnotherAsync();
        var later = await stage.AddAsync([1, 2]);
        Assert.Equal("", await other.InvokeAsync(later.Concat(unknown).Select(CdnStage.Message)));

        Assert.Equal("1 1", await stage.UploadsAsync());
        Assert.Equal(["True,,0,False,9"], await stage.Database.RowsAsync(State));
        Assert.Equal(["2,published"], await stage.Database.RowsAsync(
            "select count(*), status from cdn_assets group by 2"));
        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(known[0]));
        Assert.Equal(CdnStage.Content(2), await stage.ServedAsync(later[1]));
    }

    [Fact]
    public async Task A_content_without_checksum_finds_its_asset_by_bytes()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await stage.PublishAsync(await stage.AddAsync([1], Sha));
        await using var other = await stage.AnotherAsync();
        await other.InvokeAsync((await stage.AddAsync([1])).Select(CdnStage.Message));

        Assert.Equal("1", await stage.UploadsAsync());
        Assert.Equal(["True,,0,False,2"], await stage.Database.RowsAsync(State));
    }

    [Fact]
    public async Task Two_instances_at_once_publish_once()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await using var other = await stage.AnotherAsync();
        var photos = await stage.AddAsync([.. Enumerable.Range(0, 60).Select(i => i % 20)]);
        var halves = new[] { stage.Function, other }.Select((function, i) => function.InvokeAsync(
            photos.Where((_, n) => i == 0 ? n % 3 != 0 : n % 3 != 1).Select(CdnStage.Message)));

        Assert.Equal(["", ""], await Task.WhenAll(halves));

        Assert.Equal(string.Join(' ', Enumerable.Repeat(1, 20)), await stage.UploadsAsync());
        Assert.Equal(["True,,0,False,60"], await stage.Database.RowsAsync(State));
    }

    [Fact]
    public async Task The_copy_without_positions_is_what_is_published()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync("update projects set scrub_gps = true");
        var photos = await stage.AddAsync([1, 2]);
        var copies = await stage.AddAsync([3], "status = 'failed'");
        await stage.Database.ExecuteAsync($"""
            update photos set s3_bucket_derived = s3_bucket, s3_key_public = '{stage.Key(2)}' where id = '{photos[0]}'
            """);

        Assert.Equal("", await stage.PublishAsync([.. photos, .. copies]));

        Assert.Equal(CdnStage.Content(3), await stage.ServedAsync(photos[0]));
        Assert.Equal(
            [$"{photos[1]},there is no copy without positions, and the project publishes nothing else"],
            await stage.Database.RowsAsync("select id, cdn_error from photos where cdn_error is not null"));
        Assert.Equal(["public"], await stage.Database.RowsAsync("select variant from cdn_assets"));
    }

    [Fact]
    public async Task What_the_cdn_cannot_fetch_is_sent_to_it()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        var gets = 0;
        // ImageKit's server of the test waits half a second for headers.
        await using var store = await ForwardingStore.StartAsync(cloud, http =>
            http.Request.Method == "GET" && Interlocked.Increment(ref gets) == 1
                ? Task.Delay(TimeSpan.FromSeconds(1), Stop)
                : Task.CompletedTask);
        await using var function = await stage.AnotherAsync(("AWS_ENDPOINT_URL_S3", store.Address));

        Assert.Equal("", await function.InvokeAsync(photos.Select(CdnStage.Message)));

        Assert.Equal(2, gets);
        Assert.Equal(CdnStage.Content(1), await stage.ServedAsync(photos[0]));
        Assert.EndsWith(
            ".png", (await stage.FilesAsync())[0].GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transformation_goes_with_each_file()
    {
        await using var stage = await CdnStage.NewAsync(cloud, ("PHOTOLAMBDA_IMAGEKIT_TRANSFORMATION", "w-400,q-80"));
        await stage.PublishAsync(await stage.AddAsync([1]));
        Assert.Equal("w-400,q-80", (await stage.FilesAsync())[0].GetProperty("transformation").GetString());
    }

    private static async Task<object?[]> UntilAsync(Func<Task<object?[]>> read)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await read() is { Length: > 0 } row)
            {
                return row;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
