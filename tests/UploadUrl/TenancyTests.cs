using System.Net;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>An organization sees and changes its own rows, and cannot tell another's from none.</summary>
public class TenancyTests(CloudFixture cloud)
{
    [Fact]
    public async Task Anothers_project_is_not_found_and_leaves_no_row()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var project = await ours.NewProjectAsync();
        var body = new { project_id = project, file_name = "a.jpg", file_size = 2048, mime_type = "image/jpeg" };

        var (status, problem) = await theirs.SendAsync(HttpMethod.Post, "/api/v1/photos/upload-url", body);
        var (unknownStatus, unknown) = await theirs.SendAsync(
            HttpMethod.Post, "/api/v1/photos/upload-url", body with { project_id = Guid.NewGuid().ToString() });

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (status, unknownStatus));
        Assert.Equal(unknown.GetProperty("type").GetString(), problem.GetProperty("type").GetString());
        Assert.Equal(
            [0L], await cloud.RowAsync("select count(*) from photos where project_id = $1", Guid.Parse(project)));
    }

    [Fact]
    public async Task Anothers_photo_is_not_found()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var ticket = await ours.NewTicketAsync(await ours.NewProjectAsync(), new byte[2048]);
        var path = $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}";

        Assert.Equal(HttpStatusCode.OK, (await ours.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound,
            (await theirs.SendAsync(HttpMethod.Patch, path + "/status", new { status = "completed" })).Status);
    }

    [Fact]
    public async Task Projects_are_listed_for_their_organization_only_and_in_pages()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        await theirs.NewProjectAsync("theirs");
        for (var i = 0; i < 101; i++)
        {
            await ours.NewProjectAsync($"Project {i}");
        }

        var (_, first) = await ours.SendAsync(HttpMethod.Get, "/api/v1/projects");
        var (_, second) = await ours.SendAsync(
            HttpMethod.Get, $"/api/v1/projects?cursor={first.GetProperty("next_cursor").GetString()}");

        Assert.Equal(100, first.GetProperty("items").GetArrayLength());
        var last = Assert.Single(second.GetProperty("items").EnumerateArray());
        Assert.Equal("Project 100", last.GetProperty("name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
    }

    [Theory]
    [InlineData("photos")]
    [InlineData("projects")]
    [InlineData("deletions")]
    [InlineData("photo_events")]
    [InlineData("organizations")]
    public async Task The_database_shows_the_HTTP_role_nothing_without_an_organization(string table)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await client.NewTicketAsync(project, new byte[2048]);
        var deleted = await client.NewTicketAsync(project, new byte[2048]);
        await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{deleted.GetProperty("photo_id").GetGuid()}");
        await using var database = ApiRole();
        await using var count = database.CreateCommand($"select count(*) from {table}");

        Assert.Equal(0L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_database_refuses_a_row_for_another_organization()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        await using var database = ApiRole();
        await using var batch = new TenantBatch(database, ours.Organization);
        batch.Add("insert into projects (id, organization_id, name) values ($1, $2, 'x')",
            Sql.Uuid(Guid.NewGuid()), Sql.Text(theirs.Organization));

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => batch.ReadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task A_refused_statement_gives_its_connection_back()
    {
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!) + ";Maximum Pool Size=1;Timeout=2");
        for (var i = 0; i < 3; i++)
        {
            await using var batch = new TenantBatch(database, "nobody");
            batch.Add("select 1 / 0");
            var refusal = await Assert.ThrowsAsync<PostgresException>(
                () => batch.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
        }
    }

    [Fact]
    public async Task An_organization_that_nobody_made_gets_no_project()
    {
        using var client = await cloud.NewOrganizationAsync();
        await cloud.RowAsync("delete from organizations where id = $1", client.Organization);

        var (status, problem) = await client.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = "x" });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("urn:photolambda:problem:organization-unknown", problem.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/v1/photos/upload-url", "photos:read projects:write")]
    [InlineData("POST", "/api/v1/projects", "photos:read photos:write")]
    [InlineData("GET", "/api/v1/projects", "photos:write")]
    [InlineData("GET", "/api/v1/photos/0191f7a0-0000-7000-8000-000000000000", "photos:write")]
    [InlineData("PATCH", "/api/v1/photos/0191f7a0-0000-7000-8000-000000000000/status", "photos:read photos:write")]
    [InlineData("DELETE", "/api/v1/photos/0191f7a0-0000-7000-8000-000000000000", "photos:read photos:process")]
    public async Task A_token_without_the_scope_is_forbidden(string method, string path, string scope)
    {
        using var client = await cloud.NewOrganizationAsync(scope);

        var (status, problem) = await client.SendAsync(HttpMethod.Parse(method), path, (object?)null);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("urn:photolambda:problem:forbidden", problem.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer not-a-token")]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")]
    public async Task A_request_without_a_good_token_is_unauthorized(string? authorization)
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        if (authorization is not null)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await http.GetAsync("/api/v1/projects", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    private NpgsqlDataSource ApiRole() => new NpgsqlSlimDataSourceBuilder(
        DatabaseUrl.ToConnectionString(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!)).Build();
}
