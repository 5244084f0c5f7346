using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using static PhotoLambda.Tests.UppyRequests;

namespace PhotoLambda.Tests;

/// <summary>Each combination that Uppy asks to be signed for, as its source sends them.</summary>
public class UppyProtocolTests(CloudFixture cloud)
{
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly byte[] Small = ImageBuilder.Jpeg(length: 4096);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_known_size_goes_by_a_PUT_of_exactly_that()
    {
        using var client = await cloud.NewOrganizationAsync();
        var signed = await client.SignAsync(Put(await client.NewProjectAsync(), Small.Length));
        Assert.Matches(@"^[0-9a-f-]{36}/\d{4}/\d\d/\d\d/[0-9a-f-]{36}\.jpg$", signed.GetProperty("key").GetString());
        Assert.False(signed.GetProperty("headers").TryGetProperty("content-length", out _));

        var (otherLength, _, _) = await SendAsync(signed, HttpMethod.Put, new byte[4097]);
        var (otherType, _, _) = await SendAsync(signed, HttpMethod.Put, Small, "image/png");
        var (status, _, _) = await SendAsync(signed, HttpMethod.Put, Small);
        var (again, _, _) = await SendAsync(signed, HttpMethod.Put, Small);

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed],
            [otherLength, otherType, status, again]);
        await client.UntilAsync(signed, "uploaded", "processing");
        Assert.Equal("uppy", (await cloud.RowAsync(
            "select upload_source from photos where id = $1", signed.GetProperty("photo_id").GetGuid())).Single());
    }

    [Fact]
    public async Task A_file_of_unknown_size_goes_by_a_form_in_the_limits()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await cloud.RowAsync("update projects set max_image_bytes = 4096 where id = $1", Guid.Parse(project));
        var signed = await client.SignAsync(Put(project, null));
        var (_, pending) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{signed.GetProperty("photo_id")}");

        var tooLarge = await PostFormAsync(signed, new byte[4097]);
        var tooSmall = await PostFormAsync(signed, new byte[1023]);
        var status = await PostFormAsync(signed, Small);

        Assert.Equal(JsonValueKind.Null, pending.GetProperty("file_size").ValueKind);
        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NoContent],
            [tooLarge, tooSmall, status]);
        var photo = await client.UntilAsync(signed, "uploaded", "processing");
        Assert.Equal(4096, photo.GetProperty("file_size").GetInt32());
    }

    [Fact]
    public async Task A_file_beyond_a_policy_that_changed_fails()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var signed = await client.SignAsync(Put(project, null));
        await cloud.RowAsync("update projects set max_image_bytes = 4095 where id = $1", Guid.Parse(project));

        await PostFormAsync(signed, Small);

        var photo = await client.UntilAsync(signed, "failed");
        Assert.StartsWith(
            "size_mismatch: the project takes 4095 bytes", photo.GetProperty("failure_reason").GetString());
    }

    [Fact]
    public async Task A_large_file_goes_in_parts()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (begun, uploadId) = await BeginAsync(client, PartedUploads.Whole.Length);
        var key = begun.GetProperty("key").GetString()!;
        var list = new StringBuilder("<CompleteMultipartUpload>");
        foreach (var number in new[] { 1, 2, 3 })
        {
            var part = await client.SignAsync(new { method = "PUT", key, uploadId, partNumber = number });
            var bytes = PartedUploads.Whole.Skip((number - 1) * PartSize).Take(PartSize).ToArray();
            var (longer, _, _) = await SendAsync(part, HttpMethod.Put, [.. bytes, 0]);
            var (status, etag, _) = await SendAsync(part, HttpMethod.Put, bytes);
            Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (longer, status));
            list.Append($"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
        }

        var listing = await client.SignAsync(new { method = "GET", key, uploadId });
        var (_, _, parts) = await SendAsync(listing, HttpMethod.Get);
        var complete = await client.SignAsync(new { method = "POST", key, uploadId });
        var (completed, _, _) = await SendAsync(
            complete, HttpMethod.Post, Encoding.UTF8.GetBytes($"{list}</CompleteMultipartUpload>"), "application/xml");

        Assert.Equal(3, parts.Split("<PartNumber>").Length - 1);
        Assert.Equal(HttpStatusCode.OK, completed);
        var photo = await client.UntilAsync(begun, "uploaded", "processing");
        Assert.Equal(PartedUploads.Whole.Length, photo.GetProperty("file_size").GetInt32());
    }

    [Fact]
    public async Task The_store_completes_nothing_but_the_whole()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (begun, uploadId) = await BeginAsync(client, PartedUploads.Whole.Length);
        var key = begun.GetProperty("key").GetString()!;
        var part = await client.SignAsync(new { method = "PUT", key, uploadId, partNumber = 1 });
        var (_, etag, _) = await SendAsync(part, HttpMethod.Put, PartedUploads.Whole[..PartSize]);
        var complete = await client.SignAsync(new { method = "POST", key, uploadId });

        var parts = $"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>";
        var (status, _, body) = await SendAsync(complete, HttpMethod.Post,
            Encoding.UTF8.GetBytes($"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("x-amz-mp-object-size", body);
    }

    [Fact]
    public async Task An_upload_is_given_up_at_the_store()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (begun, uploadId) = await BeginAsync(client, PartedUploads.Whole.Length);
        var key = begun.GetProperty("key").GetString()!;
        var abort = await client.SignAsync(new { method = "DELETE", key, uploadId });
        Assert.Equal(HttpStatusCode.OK, await PreflightAsync(abort, HttpMethod.Delete));
        var list = await client.SignAsync(new { method = "GET", key, uploadId });

        var (status, _, _) = await SendAsync(abort, HttpMethod.Delete);
        var (gone, _, _) = await SendAsync(list, HttpMethod.Get);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (status, gone));
    }

    [Fact]
    public async Task An_upload_is_of_its_user_alone_and_of_its_first_id()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var stranger = await cloud.NewOrganizationAsync();
        using var colleague = new ApiClient(cloud.Cloud.Api, client.Organization);
        await colleague.SignInAsync("photos:write", "grace");
        var (begun, uploadId) = await BeginAsync(client, PartedUploads.Whole.Length);
        var key = begun.GetProperty("key").GetString()!;

        foreach (var method in new[] { "GET", "POST", "DELETE", "PUT" })
        {
            int? partNumber = method == "PUT" ? 1 : null;
            foreach (var other in new[] { stranger, colleague })
            {
                var (foreign, _) = await other.SendAsync(
                    HttpMethod.Post, Route, new { method, key, uploadId, partNumber });
                Assert.Equal(HttpStatusCode.NotFound, foreign);
            }

            await client.SignAsync(new { method, key, uploadId, partNumber });
            var (status, _) = await client.SendAsync(
                HttpMethod.Post, Route, new { method, key, uploadId = "another", partNumber });
            Assert.Equal(HttpStatusCode.Conflict, status);
        }

        await cloud.RowAsync(
            "update photos set status = 'failed' where id = $1", begun.GetProperty("photo_id").GetGuid());
        var (over, _) = await client.SendAsync(HttpMethod.Post, Route, new { method = "GET", key, uploadId });
        Assert.Equal(HttpStatusCode.Conflict, over);
    }

    [Fact]
    public async Task Of_two_first_ids_at_once_one_is_the_uploads()
    {
        using var client = await cloud.NewOrganizationAsync();
        var begun = await client.SignAsync(Post(await client.NewProjectAsync(), PartedUploads.Whole.Length));
        var key = begun.GetProperty("key").GetString()!;
        await using var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using var hold = new NpgsqlCommand("select 1 from photos where id = $1 for update", connection);
        hold.Parameters.Add(new NpgsqlParameter { Value = begun.GetProperty("photo_id").GetGuid() });
        await hold.ExecuteNonQueryAsync(Stop);

        var both = Enumerable.Range(1, 2).Select(uploadId => client.SendAsync(
            HttpMethod.Post, Route, new { method = "GET", key, uploadId = $"upload {uploadId}" })).ToList();
        // The second waits for the first, which waits for this test.
        const string waiting = """
            select 1 from pg_stat_activity first
            join pg_stat_activity second on first.pid = any (pg_blocking_pids(second.pid))
            where $1 = any (pg_blocking_pids(first.pid))
            """;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await cloud.RowAsync(waiting, connection.ProcessID)).Length == 0)
        {
            await Task.Delay(20, limit.Token);
        }

        await transaction.RollbackAsync(Stop);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Conflict], (await Task.WhenAll(both)).Select(a => a.Status).Order());
    }

    [Theory]
    [InlineData("""{"method":"HEAD","key":"k"}""", "method")]
    [InlineData("""{"method":"GET","key":"","uploadId":"u"}""", "key")]
    [InlineData("""{"method":"GET","key":"k\u0000","uploadId":"u"}""", "key")]
    [InlineData("""{"method":"GET","key":"k","uploadId":"\u0000"}""", "uploadId")]
    [InlineData("""{"method":"GET","key":"k"}""", "uploadId")]
    [InlineData("""{"method":"DELETE","key":"k"}""", "uploadId")]
    [InlineData("""{"method":"PUT","key":"k","partNumber":1}""", "uploadId")]
    [InlineData("""{"method":"PUT","key":"k","uploadId":"u"}""", "partNumber")]
    [InlineData("""{"method":"PUT","key":"k","uploadId":"u","partNumber":10001}""", "partNumber")]
    [InlineData("""{"method":"PUT","key":"k","file_name":"a.jpg","mime_type":"image/jpeg"}""", "project_id")]
    [InlineData("""{"method":"PUT","key":"k","project_id":"$","mime_type":"image/jpeg"}""", "file_name")]
    [InlineData("""{"method":"PUT","key":"k","project_id":"$","file_name":"a.jpg"}""", "mime_type")]
    [InlineData("""{"method":"PUT","key":"k","project_id":"$","file_name":"a.exe","contentType":"a/b"}""", "mime_type")]
    [InlineData("""{"method":"POST","key":"k","project_id":"$","file_name":"a.jpg","mime_type":"image/jpeg"}""", "file_size")]
    [InlineData("""{"method":"POST","key":"k","project_id":"$","file_name":"a.jpg","mime_type":"image/jpeg","file_size":9000000,"part_size":5}""", "part_size")]
    [InlineData("""{"method":"PUT","key":"k","project_id":"$","file_name":"a.jpg","mime_type":"image/jpeg","file_size":99999999}""", "file_size")]
    public async Task A_request_that_cannot_be_meant_is_refused(string json, string field)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var (status, problem) = await client.SendJsonAsync(HttpMethod.Post, Route, json.Replace("$", project));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            [field], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()));
        Assert.Empty(await cloud.RowAsync("select 1 from photos where project_id = $1", Guid.Parse(project)));
    }

    [Fact]
    public async Task A_part_number_beyond_the_file_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (begun, uploadId) = await BeginAsync(client, PartedUploads.Whole.Length);
        var (status, _) = await client.SendAsync(HttpMethod.Post, Route,
            new { method = "PUT", key = begun.GetProperty("key").GetString(), uploadId, partNumber = 4 });
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Older_versions_get_parameters_for_a_PUT()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (status, parameters) = await client.SendAsync(HttpMethod.Post, "/api/v1/uppy/parameters", new
        {
            project_id = await client.NewProjectAsync(),
            file_name = "photo.jpg",
            file_size = Small.Length,
            mime_type = "image/jpeg",
        });
        Assert.Equal((HttpStatusCode.OK, "PUT", "{}"),
            (status, parameters.GetProperty("method").GetString(), parameters.GetProperty("fields").GetRawText()));

        var (put, _, _) = await SendAsync(parameters, HttpMethod.Put, Small);

        Assert.Equal(HttpStatusCode.OK, put);
        await client.UntilAsync(parameters, "uploaded", "processing");
    }

    private static object Put(string project, long? size) => new
    {
        method = "PUT",
        key = "anything/../at all",
        contentType = "image/jpeg",
        project_id = project,
        file_name = "photo.jpg",
        file_size = size,
    };

    private static object Post(string project, long size) => new
    {
        method = "POST",
        key = "photo.jpg",
        project_id = project,
        file_name = "photo.jpg",
        mime_type = "image/jpeg",
        file_size = size,
    };

    private static async Task<(JsonElement Signed, string UploadId)> BeginAsync(ApiClient client, long size)
    {
        var signed = await client.SignAsync(Post(await client.NewProjectAsync(), size));
        return (signed, await BeginAtStoreAsync(signed));
    }
}
