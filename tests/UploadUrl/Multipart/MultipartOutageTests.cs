using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using static PhotoLambda.Tests.PartedUploads;

namespace PhotoLambda.Tests;

/// <summary>A store that is down, lies or answers nonsense while a file is uploaded in parts.</summary>
public class MultipartOutageTests(CloudFixture cloud)
{
    private const string Unavailable = "urn:photolambda:problem:store-unavailable";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503, "")]
    [InlineData(500, "<Error><Code>InternalError</Code></Error>")]
    [InlineData(200, "<Error><Code>SlowDown</Code></Error>")]
    [InlineData(200, "<html>Please log in")]
    [InlineData(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><InitiateMultipartUploadResult><UploadId>&b;</UploadId></InitiateMultipartUploadResult>")]
    public async Task A_store_that_fails_leaves_no_row_and_no_kept_answer(int status, string body)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await using var store = await BrokenStore.StartAsync(http => AnswerAsync(http, status, body));
        await using var function = await StartAsync(store);
        var request = Request(project, Whole.Length);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var answer = await SendAsync(function, client, Route, request, "same");
            Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
            Assert.Equal("5", answer.Headers["Retry-After"]);
        }

        Assert.True(store.Requests >= 2);
        Assert.Equal(0L, (await cloud.RowAsync(
            "select count(*) from photos where project_id = $1", Guid.Parse(project))).Single());
        Assert.Equal(0L, (await cloud.RowAsync(
            "select count(*) from idempotency_keys where organization_id = $1", client.Organization)).Single());
    }

    [Fact]
    public async Task An_answer_beyond_all_limits_is_none()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        const string Answer =
            "<InitiateMultipartUploadResult>{0}<UploadId>u</UploadId></InitiateMultipartUploadResult>";
        foreach (var filling in new[]
        {
            string.Concat(Enumerable.Repeat("<a>", 8)) + string.Concat(Enumerable.Repeat("</a>", 8)),
            $"<a>{new string('a', 1024 * 1024)}</a>",
        })
        {
            await using var store = await BrokenStore.StartAsync(
                http => AnswerAsync(http, 200, Answer.Replace("{0}", filling, StringComparison.Ordinal)));
            await using var function = await StartAsync(store);
            Assert.Equal(503, (await SendAsync(function, client, Route, Request(project, Whole.Length))).Status);
        }
    }

    [Theory]
    [InlineData(204)]
    [InlineData(500)]
    public async Task An_upload_that_no_row_can_hold_is_given_up_at_once(int abortion)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var requests = new List<string>();
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            lock (requests)
            {
                requests.Add($"{http.Request.Method} {http.Request.QueryString}");
            }

            // Meanwhile somebody deletes the photo.
            await cloud.RowAsync("delete from photos where project_id = $1", Guid.Parse(project));
            if (http.Request.Method == "DELETE")
            {
                http.Response.StatusCode = abortion;
                return;
            }

            await AnswerAsync(http, 200,
                "<InitiateMultipartUploadResult><UploadId>stray</UploadId></InitiateMultipartUploadResult>");
        });
        await using var function = await StartAsync(store);

        var answer = await SendAsync(function, client, Route, Request(project, Whole.Length));

        Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
        Assert.Equal(["POST ?uploads=", "DELETE ?uploadId=stray"], requests.Distinct());
    }

    [Fact]
    public async Task An_upload_that_was_noted_unheard_leaves_no_row()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync());
        await using var owner = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await owner.OpenAsync(Stop);
        await using var transaction = await owner.BeginTransactionAsync(Stop);
        await using var store = await BrokenStore.StartAsync(async http =>
        {
            if (http.Request.Method == "DELETE")
            {
                // It was noted all the same.
                await transaction.CommitAsync(Stop);
                return;
            }

            // As if the function's own statement had been committed and its answer been lost.
            await using var note = new NpgsqlCommand(
                "update photos set s3_upload_id = 'unheard' where project_id = $1", owner);
            note.Parameters.Add(new NpgsqlParameter { Value = project });
            await note.ExecuteNonQueryAsync(Stop);
            await AnswerAsync(http, 200,
                "<InitiateMultipartUploadResult><UploadId>unheard</UploadId></InitiateMultipartUploadResult>");
        });
        await using var function = await StartAsync(store);

        await function.PostAsync(
            Route, client.Http.DefaultRequestHeaders.Authorization!.Parameter!,
            JsonSerializer.Serialize(Request($"{project}", Whole.Length)), "same", seconds: 3);

        // The answer need not wait for it.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await cloud.RowAsync("select 1 from photos where project_id = $1", project)).Length > 0)
        {
            await Task.Delay(20, limit.Token);
        }

        Assert.Empty(await cloud.RowAsync(
            "select 1 from idempotency_keys where organization_id = $1", client.Organization));
    }

    [Theory]
    [InlineData(200, "<Error><Code>InternalError</Code></Error>", 503)]
    [InlineData(200, "   <Error><Code>ServiceUnavailable</Code></Error>", 503)]
    [InlineData(503, "", 503)]
    [InlineData(409, "<Error><Code>ConditionalRequestConflict</Code></Error>", 503)]
    [InlineData(404, "<Error><Code>NoSuchUpload</Code></Error>", 409)]
    [InlineData(400, "<Error><Code>InvalidPart</Code><PartNumber>2</PartNumber></Error>", 400)]
    [InlineData(403, "<Error><Code>AccessDenied</Code></Error>", 500)]
    public async Task What_the_store_says_of_a_completion_becomes_a_problem(int status, string body, int expected)
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        await using var store = await BrokenStore.StartAsync(http =>
            http.Request.Method == "HEAD" ? AnswerAsync(http, 404, "") : AnswerAsync(http, status, body));
        await using var function = await StartAsync(store);

        var answer = await SendAsync(function, client, Of(upload, "/complete"), new
        {
            parts = new[] { new { part_number = 1, etag = "a" }, new { part_number = 2, etag = "b" } },
        });

        Assert.Equal(expected, answer.Status);
        Assert.DoesNotContain("AccessDenied", answer.Body);
        Assert.Equal("pending_upload", (await cloud.RowAsync(
            "select status from photos where id = $1", upload.GetProperty("photo_id").GetGuid())).Single());
    }

    [Fact]
    public async Task Another_completion_that_won_gives_its_answer()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        await using var store = await BrokenStore.StartAsync(http =>
        {
            http.Response.Headers.ETag = "\"winner-2\"";
            return http.Request.Method == "HEAD" ? Task.CompletedTask
                : AnswerAsync(http, 412, "<Error><Code>PreconditionFailed</Code></Error>");
        });
        await using var function = await StartAsync(store);

        var answer = await SendAsync(function, client, Of(upload, "/complete"), new
        {
            parts = new[] { new { part_number = 1, etag = "a" }, new { part_number = 2, etag = "b" } },
        });

        Assert.Equal(200, answer.Status);
        Assert.Equal("winner-2", JsonDocument.Parse(answer.Body).RootElement.GetProperty("etag").GetString());
    }

    private static Task AnswerAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(body);
    }

    private Task<LoneUploadUrl> StartAsync(BrokenStore store) => LoneUploadUrl.StartAsync(
        cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
        ("AWS_ENDPOINT_URL_S3", store.Address));

    private static Task<HttpAnswer> SendAsync(
        LoneUploadUrl function, ApiClient client, string path, object body, string? key = null) => function.PostAsync(
            path, client.Http.DefaultRequestHeaders.Authorization!.Parameter!, JsonSerializer.Serialize(body), key);
}
