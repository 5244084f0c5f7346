using System.Text.Json;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>From a database of RDS that has nothing to an API that gives out tickets.</summary>
public sealed class RoleLoginTests(CloudFixture cloud, RdsServer server) : IClassFixture<RdsServer>
{
    private const string ApiPassword = """p'a"s\s $word%/?@:1""";
    private const string WorkerPassword = "p-of-the-worker;=1";

    // One test at a time changes the passwords of the server's roles.
    [Fact]
    public async Task An_owner_who_is_no_superuser_makes_all_that_the_API_needs()
    {
        var owner = await server.NewDatabaseAsync();
        using var client = await cloud.NewOrganizationAsync();
        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        await using var stack = await WaitingStack.StartAsync();
        await using (var function = await StartAsync(owner, ApiPassword, WorkerPassword))
        {
            await function.InvokeAsync(LoneMigrate.Event("Create", stack.Url));
            Assert.Equal("SUCCESS", stack.Status);
            var made = await function.InvokeAsync(
                $$"""{"command":"create_organization","name":"{{client.Organization}}"}""");
            Assert.True(made.GetProperty("created").GetBoolean());
        }

        await using var api = await LoneUploadUrl.StartAsync(
            cloud, RdsServer.As(owner, RoleLogin.Api, ApiPassword));
        var project = await api.PostAsync("/api/v1/projects", token, """{"name":"Harbour"}""");
        Assert.Equal(201, project.Status);
        var id = JsonSerializer.Deserialize<JsonElement>(project.Body).GetProperty("id").GetString();
        var ticket = await api.PostAsync("/api/v1/photos/upload-url", token,
            $$"""{"project_id":"{{id}}","file_name":"a.jpg","file_size":5000,"mime_type":"image/jpeg"}""");
        Assert.True(ticket.Status == 200, ticket.Body);
        var photo = JsonSerializer.Deserialize<JsonElement>(ticket.Body).GetProperty("photo_id").GetString();

        // The worker sees it without naming an organization; others of the API do not.
        const string count = "select count(*)::int from photos";
        Assert.Equal(1, await ScalarAsync(RdsServer.As(owner, RoleLogin.Worker, WorkerPassword), count));
        Assert.Equal(0, await ScalarAsync(RdsServer.As(owner, RoleLogin.Api, ApiPassword), count));
        Assert.Equal(0, await ScalarAsync(owner, count));

        // Rows of a deleted photo go with it, by a function that runs as the owner.
        const string rows = "select (select count(*) from photos)::int + (select count(*) from photo_events)::int";
        Assert.Equal(2, await ScalarAsync(Superuser(owner), rows));
        Assert.Equal(204, (await api.SendAsync("DELETE", $"/api/v1/photos/{photo}", token)).Status);
        Assert.Equal(0, await ScalarAsync(Superuser(owner), rows));

        await RotatesAsync(owner);
        await RefusesAsync();
    }

    private async Task RotatesAsync(string owner)
    {
        await using var stack = await WaitingStack.StartAsync();
        await using var function = await StartAsync(owner, "another-password", "");
        await function.InvokeAsync(LoneMigrate.Event("Update", stack.Url));

        Assert.Equal("SUCCESS", stack.Status);
        Assert.Equal(1, await ScalarAsync(RdsServer.As(owner, RoleLogin.Api, "another-password"), "select 1"));
        Assert.Equal(1, await ScalarAsync(RdsServer.As(owner, RoleLogin.Worker, WorkerPassword), "select 1"));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync(RdsServer.As(owner, RoleLogin.Api, ApiPassword), "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);

        // Statements are logged here, with what PostgreSQL itself would have stored.
        var log = await server.LogAsync();
        Assert.Contains("alter role photolambda_api login password 'SCRAM-SHA-256$4096:", log);
        Assert.DoesNotContain("another-password", log);
        Assert.DoesNotContain(WorkerPassword, log);
    }

    // The roles are there now, and another made them.
    private async Task RefusesAsync()
    {
        await using var stack = await WaitingStack.StartAsync();
        await using var function = await StartAsync(await server.NewDatabaseAsync("poor"), "a-third-password", "");
        await function.InvokeAsync(LoneMigrate.Event("Create", stack.Url));

        Assert.Equal("FAILED", stack.Status);
        Assert.StartsWith("poor may not set the password of photolambda_api", stack.Reason);
        Assert.EndsWith("grant photolambda_api to poor with admin option.", stack.Reason);
    }

    // Salt and password of the example of RFC 7677, section 3, whose keys follow from them.
    [Fact]
    public void A_verifier_is_that_of_the_standard() => Assert.Equal(
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
        + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        ScramVerifier.Of("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==")));

    private static Task<LoneMigrate> StartAsync(string database, string api, string worker) => LoneMigrate.StartAsync(
        database, ("PHOTOLAMBDA_API_PASSWORD", api), ("PHOTOLAMBDA_WORKER_PASSWORD", worker));

    private string Superuser(string database) => new NpgsqlConnectionStringBuilder(server.Superuser)
    {
        Database = new NpgsqlConnectionStringBuilder(database).Database,
        Pooling = false,
    }.ConnectionString;

    private static async Task<int> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
