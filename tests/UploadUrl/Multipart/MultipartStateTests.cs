using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.S3.Model;
using static PhotoLambda.Tests.PartedUploads;

namespace PhotoLambda.Tests;

/// <summary>Whose an upload in parts is, how it ends, and what is left of one that never was.</summary>
public class MultipartStateTests(CloudFixture cloud)
{
    private const string Closed = "urn:photolambda:problem:upload-closed";

    private static readonly (HttpMethod Method, string Path, object? Body)[] Routes =
    [
        (HttpMethod.Post, "/parts", new { part_numbers = new[] { 1 } }),
        (HttpMethod.Get, "/parts", null),
        (HttpMethod.Post, "/complete", new
        {
            parts = new[] { new { part_number = 1, etag = "\"a\"" }, new { part_number = 2, etag = "b" } },
        }),
        (HttpMethod.Delete, "", null),
    ];

    [Fact]
    public async Task Foreign_uploads_and_unknown_ones_are_not_found_alike()
    {
        using var owner = await cloud.NewOrganizationAsync();
        using var stranger = await cloud.NewOrganizationAsync();
        var upload = await owner.BeginAsync();
        foreach (var (method, path, body) in Routes)
        {
            var foreign = await stranger.SendAsync(method, Of(upload, path), body);
            var unknown = await stranger.SendAsync(method, $"{Route}/{Guid.CreateVersion7()}{path}", body);
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (foreign.Status, unknown.Status));
            Assert.Equal(
                foreign.Body.GetProperty("type").GetString(), unknown.Body.GetProperty("type").GetString());
        }

        Assert.Single(await OpenUploadsAsync(upload));
    }

    [Fact]
    public async Task Nothing_can_be_done_with_an_upload_that_is_over()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        await client.CompleteAsync(upload, await client.UploadPartsAsync(upload));
        await client.UntilAsync(upload, "uploaded", "processing");
        await AssertClosedAsync(client, upload, Routes.Where(r => r.Path != "/complete"));
    }

    [Fact]
    public async Task A_ticket_for_one_PUT_is_no_upload_in_parts()
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), new byte[2048]);
        await AssertClosedAsync(client, ticket, Routes);
    }

    [Fact]
    public async Task An_upload_that_has_expired_is_closed_but_can_be_given_up()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        await cloud.RowAsync("update photos set expires_at = now() where id = $1", Id(upload));
        await AssertClosedAsync(client, upload, Routes.SkipLast(1));
        var (status, _) = await client.SendAsync(HttpMethod.Delete, Of(upload));
        Assert.Equal(HttpStatusCode.NoContent, status);
    }

    [Fact]
    public async Task An_upload_that_the_store_lost_is_closed()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        using var s3 = cloud.S3();
        var open = (await OpenUploadsAsync(upload)).Single();
        await s3.AbortMultipartUploadAsync(
            cloud.Bucket, open.Key, open.UploadId, TestContext.Current.CancellationToken);
        await AssertClosedAsync(client, upload, Routes[1..3]);
    }

    [Fact]
    public async Task An_upload_that_is_given_up_leaves_nothing()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        await client.UploadPartsAsync(upload);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var (status, _) = await client.SendAsync(HttpMethod.Delete, Of(upload));
            Assert.Equal(HttpStatusCode.NoContent, status);
        }

        Assert.Empty(await OpenUploadsAsync(upload));
        Assert.Empty(await cloud.RowAsync("select 1 from photos where id = $1", Id(upload)));
        var (found, _) = await client.SendAsync(Routes[0].Method, Of(upload, Routes[0].Path), Routes[0].Body);
        Assert.Equal(HttpStatusCode.NotFound, found);
    }

    [Fact]
    public async Task What_is_refused_never_reaches_the_store()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var tooLarge = await client.SendAsync(HttpMethod.Post, Route, Request(project, 600_000_000));
        var beyondAll = await client.SendAsync(HttpMethod.Post, Route, Request(project, 6_000_000_000));
        var nowhere = await client.SendAsync(HttpMethod.Post, Route, Request($"{Guid.CreateVersion7()}", 6_000_000));
        await cloud.RowAsync("update projects set upload_urls_per_minute = 1 where id = $1", Guid.Parse(project));
        await client.BeginAsync(project, Whole.Length);
        var tooMany = await client.SendAsync(HttpMethod.Post, Route, Request(project, Whole.Length));

        Assert.Equal(
            [400, 400, 404, 429], new[] { tooLarge, beyondAll, nowhere, tooMany }.Select(a => (int)a.Status));
        Assert.Contains("524288000", tooLarge.Body.GetProperty("errors")[0].GetProperty("limit").GetString());
        Assert.Single(await OpenUploadsAsync(project));
    }

    [Fact]
    public async Task A_request_with_a_key_begins_one_upload()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var key = $"{Guid.NewGuid()}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => BeginAsync(client, project, key)));

        var text = Assert.Single(answers.Distinct());
        var upload = JsonDocument.Parse(text).RootElement;
        Assert.Equal((await OpenUploadsAsync(project)).Single().UploadId,
            (await cloud.RowAsync("select s3_upload_id from photos where id = $1", Id(upload))).Single());
        await client.UploadPartsAsync(upload);
    }

    [Fact]
    public async Task A_repetition_begins_what_its_first_try_could_not()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var key = $"{Guid.NewGuid()}";
        var first = await BeginAsync(client, project, key);
        var upload = JsonDocument.Parse(first).RootElement;
        // As if the process had died before the store was asked.
        await cloud.RowAsync("update photos set s3_upload_id = null where id = $1", Id(upload));
        await AssertClosedAsync(client, upload, Routes[..1]);

        Assert.Equal(first, await BeginAsync(client, project, key));

        var (status, _) = await client.CompleteAsync(upload, await client.UploadPartsAsync(upload));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private static Guid Id(JsonElement upload) => upload.GetProperty("photo_id").GetGuid();

    private static async Task<string> BeginAsync(ApiClient client, string project, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route);
        request.Content = JsonContent.Create(Request(project, Whole.Length));
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task AssertClosedAsync(
        ApiClient client, JsonElement upload, IEnumerable<(HttpMethod Method, string Path, object? Body)> routes)
    {
        foreach (var (method, path, body) in routes)
        {
            var (status, problem) = await client.SendAsync(method, Of(upload, path), body);
            Assert.Equal((HttpStatusCode.Conflict, Closed), (status, problem.GetProperty("type").GetString()));
        }
    }

    private Task<List<MultipartUpload>> OpenUploadsAsync(JsonElement upload) =>
        OpenUploadsAsync(upload.GetProperty("s3_url").GetString()!.Split('/', 4)[3]);

    private async Task<List<MultipartUpload>> OpenUploadsAsync(string prefix)
    {
        using var s3 = cloud.S3();
        var list = await s3.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = cloud.Bucket, Prefix = prefix });
        return list.MultipartUploads ?? [];
    }
}
