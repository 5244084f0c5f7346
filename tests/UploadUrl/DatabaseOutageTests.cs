using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;

namespace PhotoLambda.Tests;

/// <summary>A database that is down, silent, empty or not to be trusted, and one that comes back.</summary>
public class DatabaseOutageTests(CloudFixture cloud)
{
    private const string Unavailable = "urn:photolambda:problem:database-unavailable";

    private string Database => cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!;

    [Theory]
    [InlineData("postgresql://u:p@127.0.0.1:9/d")]
    [InlineData("postgresql://u:p@no-such-host.invalid/d")]
    public async Task A_database_that_is_down_is_503_with_Retry_After(string url)
    {
        await using var function = await LoneUploadUrl.StartAsync(cloud, url);

        foreach (var answer in new[]
        {
            await function.GetAsync("/readyz"), await function.GetAsync("/api/v1/projects", await TokenAsync()),
        })
        {
            Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
            Assert.Equal("5", answer.Headers["Retry-After"]);
            Assert.DoesNotContain("127.0.0.1", answer.Body);
        }

        Assert.Equal(200, (await function.GetAsync("/healthz")).Status);
    }

    [Theory]
    [InlineData("photolambda_api", "wrong", null)]
    [InlineData(null, null, "no_such_database")]
    public async Task A_database_that_refuses_the_login_is_503(string? user, string? password, string? name)
    {
        var url = new UriBuilder(Database);
        (url.UserName, url.Password) = (user ?? url.UserName, password ?? url.Password);
        url.Path = name ?? url.Path;
        await using var function = await LoneUploadUrl.StartAsync(cloud, url.Uri.AbsoluteUri);

        var answer = await function.GetAsync("/readyz");

        Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
    }

    [Fact]
    public async Task A_silent_database_is_503_while_there_is_time()
    {
        using var silent = UnreliableDatabase.Silent();
        await using var function = await LoneUploadUrl.StartAsync(cloud, $"postgresql://u:p@127.0.0.1:{silent.Port}/d");
        var clock = Stopwatch.StartNew();

        var answer = await function.GetAsync("/readyz");

        Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
        Assert.InRange(clock.Elapsed.TotalSeconds, 4, 12);
    }

    [Fact]
    public async Task An_invocation_that_runs_out_of_time_is_504()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await using var connection = new NpgsqlConnection(database.Superuser);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await EmptyDatabase.ExecuteAsync(database.Superuser, "create table photos ()");
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("lock table photos", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var function = await LoneUploadUrl.StartAsync(cloud, database.Owner);

        Assert.Equal(504, (await function.GetAsync("/readyz", seconds: 3)).Status);
    }

    [Fact]
    public async Task A_database_without_tables_is_503_and_says_what_to_run()
    {
        await using var empty = await EmptyDatabase.NewAsync(cloud);
        await using var function = await LoneUploadUrl.StartAsync(cloud, empty.Owner);

        var answer = await function.GetAsync("/readyz");

        Assert.Equal((503, "urn:photolambda:problem:database-not-migrated"), (answer.Status, answer.ProblemType));
        Assert.Contains("photolambda migrate", answer.Body);
    }

    [Fact]
    public async Task A_database_that_comes_back_is_used_again()
    {
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var function = await LoneUploadUrl.StartAsync(cloud, url);
        var token = await TokenAsync();

        Assert.Equal(200, (await function.GetAsync("/api/v1/projects", token)).Status);
        database.GoDown();
        Assert.Equal(503, (await function.GetAsync("/api/v1/projects", token)).Status);
        database.ComeBack();
        Assert.Equal(200, (await function.GetAsync("/api/v1/projects", token)).Status);
    }

    [Fact]
    public async Task A_connection_that_was_dropped_meanwhile_is_replaced_unseen()
    {
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var function = await LoneUploadUrl.StartAsync(cloud, url);
        var token = await TokenAsync();

        Assert.Equal(200, (await function.GetAsync("/api/v1/projects", token)).Status);
        database.GoDown();
        database.ComeBack();
        Assert.Equal(200, (await function.GetAsync("/api/v1/projects", token)).Status);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_there_once()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", url));
        var projects = new ProjectStore(source);
        await projects.ListAsync(client.Organization, null, TestContext.Current.CancellationToken);
        database.LosesNextAnswer = true;

        var project = new Project(Guid.CreateVersion7(), "once", ProjectPolicy.Default, DateTime.UtcNow);
        var (isMade, _) = await projects.CreateAsync(
            Caller(client), project, null, TestContext.Current.CancellationToken);

        Assert.False(database.LosesNextAnswer);
        Assert.True(isMade);
        Assert.Equal([1L], await cloud.RowAsync(
            "select count(*) from projects where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task A_ticket_whose_row_was_stored_before_the_answer_was_lost_is_given_once()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync());
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", url));
        await new PhotoStore(source).FindAsync(client.Organization, project, TestContext.Current.CancellationToken);
        database.LosesNextAnswer = true;
        var photo = Photo(client, project);

        var decision = await new TicketStore(source).IssueAsync(photo, null, TestContext.Current.CancellationToken);

        Assert.Equal(TicketOutcome.Issued, Assert.Single(decision.Outcomes).Name);

        Assert.False(database.LosesNextAnswer);
        Assert.Equal([1L, 1L, 1], await cloud.RowAsync(
            """
            select (select count(*) from photos where organization_id = $1),
              (select count(*) from photo_events where organization_id = $1),
              (select granted[1] from rate_limits where organization_id = $1)
            """, client.Organization));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_try_is_not_refused_by_what_the_first_took(bool hasKey)
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = Photo(client, Guid.Parse(await client.NewProjectAsync(new { upload_urls_per_minute = 1 })));
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", url));
        await new PhotoStore(source).FindAsync(client.Organization, photo.Id, TestContext.Current.CancellationToken);
        var answer = new JsonAnswer(200, "{}"u8.ToArray());
        var key = hasKey ? new KeyedAnswer(new IdempotencyKey("k", new byte[32]), answer) : null;
        database.LosesNextAnswer = true;

        var decision = await new TicketStore(source).IssueAsync(photo, key, TestContext.Current.CancellationToken);

        Assert.False(database.LosesNextAnswer);
        Assert.Equal(hasKey ? [] : [TicketOutcome.Issued], decision.Outcomes.Select(o => o.Name));
        Assert.Equal(hasKey ? "{}" : null, decision.Kept is JsonAnswer kept ? Encoding.UTF8.GetString(kept.Body.Span) : null);
        Assert.Equal((1, 1), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Theory]
    [InlineData("SELECT 4")]
    [InlineData("UPDATE 1")]
    [InlineData("COMMIT")]
    public async Task A_batch_with_a_key_is_stored_once_whatever_is_lost(string answerWith)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync(new { upload_urls_per_minute = 3 }));
        var photos = Enumerable.Range(0, 4).Select(_ => Photo(client, project)).ToArray();
        var (database, url) = UnreliableDatabase.InFrontOf(Database);
        using var _ = database;
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", url));
        await new PhotoStore(source).FindAsync(client.Organization, project, TestContext.Current.CancellationToken);
        (database.LosesAnswerWith, database.LosesNextAnswer) = (answerWith, true);

        var answer = (JsonAnswer)await new TicketStore(source).IssueAsync(
            Caller(client), photos, new IdempotencyKey("k", new byte[32]),
            d => new JsonAnswer(200, Encoding.UTF8.GetBytes(string.Join(' ', d.Outcomes.Select(o => o.Name)))),
            TestContext.Current.CancellationToken);

        Assert.False(database.LosesNextAnswer);
        Assert.Equal(answerWith == "COMMIT", answer.IsReplayed);
        Assert.Equal("issued issued issued rate_limited", Encoding.UTF8.GetString(answer.Body.Span));
        Assert.Equal((3, 3), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Fact]
    public async Task A_batch_that_breaks_before_its_answer_leaves_nothing()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = Photo(client, Guid.Parse(await client.NewProjectAsync()));
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", Database));

        await Assert.ThrowsAsync<InvalidOperationException>(() => new TicketStore(source).IssueAsync(
            Caller(client), [photo], new IdempotencyKey("k", new byte[32]),
            _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken));

        Assert.Equal((0, 0), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
        Assert.Empty(await cloud.RowAsync(
            "select 1 from idempotency_keys where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task A_second_try_waits_for_the_first_that_is_still_committing()
    {
        using var client = await cloud.NewOrganizationAsync();
        var photo = Photo(client, Guid.Parse(await client.NewProjectAsync()));
        await using var first = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await first.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await first.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
              declared_content_type, declared_size_bytes)
            values ($1, $2, $3, 'a.jpg', $4, $5, 'image/jpeg', 2048)
            """, first);
        object[] values = [photo.Id, client.Organization, photo.Request.ProjectId, photo.Bucket, photo.Key];
        insert.Parameters.AddRange(values.Select(v => new NpgsqlParameter { Value = v }).ToArray());
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", Database));

        var second = new TicketStore(source).IssueAsync(photo, null, TestContext.Current.CancellationToken);
        const string waiting = "select 1 from pg_locks where not granted and locktype = 'transactionid'";
        while ((await cloud.RowAsync(waiting)).Length == 0)
        {
            Assert.False(second.IsCompleted);
        }

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TicketOutcome.Issued, Assert.Single((await second).Outcomes).Name);
        Assert.Empty(await cloud.RowAsync(
            "select 1 from rate_limits where organization_id = $1 and 0 < any (granted)", client.Organization));
    }

    [Fact]
    public async Task A_database_that_asks_for_TLS_gets_it()
    {
        var startup = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var database = UnreliableDatabase.Encrypted(startup);
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, $"postgresql://over_tls:p@127.0.0.1:{database.Port}/d?sslmode=require");

        var answer = await function.GetAsync("/readyz");

        Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
        Assert.Contains("over_tls", await startup.Task.WaitAsync(
            TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
    }

    private static Caller Caller(ApiClient client) => new("ada", client.Organization, new HashSet<string>());

    private NewPhoto Photo(ApiClient client, Guid project)
    {
        var id = Guid.CreateVersion7();
        return new NewPhoto(
            id,
            Caller(client),
            new UploadRequest(project, "a.jpg", 2048, "image/jpeg", null, [], "normal", null),
            cloud.Bucket,
            $"lost/{id}",
            "c",
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow);
    }

    private async Task<string> TokenAsync()
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        var answer = await http.GetFromJsonAsync<JsonElement>(
            $"/_local/token?org=org-{Guid.NewGuid():N}", TestContext.Current.CancellationToken);
        return answer.GetProperty("access_token").GetString()!;
    }
}
