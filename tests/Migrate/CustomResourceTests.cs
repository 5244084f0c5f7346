using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>Migrations as CloudFormation asks for them.</summary>
public sealed class CustomResourceTests(CloudFixture cloud)
{
    private const string NoDatabase = "postgresql://owner:pass-word@127.0.0.1:9/none";

    private static readonly string[] Files = MigrationFiles.Names;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creating_a_stack_applies_all_and_updating_what_is_new()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud, "createrole createdb");
        await using var function = await LoneMigrate.StartAsync(database.Owner);
        await using var created = await WaitingStack.StartAsync();
        await using var updated = await WaitingStack.StartAsync();

        await function.InvokeAsync(LoneMigrate.Event("Create", created.Url));
        var id = created.Answer.GetProperty("PhysicalResourceId").GetString()!;
        await function.InvokeAsync(LoneMigrate.Event("Update", updated.Url, ("PhysicalResourceId", id)));

        Assert.Equal($$$"""
            {"Status":"SUCCESS","PhysicalResourceId":"photolambda-Migration",
            "StackId":"arn:aws:cloudformation:eu-central-1:123456789012:stack/photos/4f7a","RequestId":"8c2e",
            "LogicalResourceId":"Migration","Data":{"Applied":{{{Files.Length}}},"Newest":"{{{Files[^1]}}}"}}
            """.ReplaceLineEndings(""), created.Answer.GetRawText());
        Assert.Equal(
            created.Answer.GetRawText().Replace($":{Files.Length},", ":0,", StringComparison.Ordinal),
            updated.Answer.GetRawText());
        Assert.Equal(Files.Length, await ScalarAsync(database, "select count(*)::int from schema_migrations"));
    }

    [Fact]
    public async Task Deleting_a_stack_touches_nothing()
    {
        await using var function = await LoneMigrate.StartAsync(NoDatabase);
        await using var stack = await WaitingStack.StartAsync();

        await function.InvokeAsync(LoneMigrate.Event("Delete", stack.Url, ("PhysicalResourceId", "of-old")));

        Assert.Equal(
            ("SUCCESS", "of-old"), (stack.Status, stack.Answer.GetProperty("PhysicalResourceId").GetString()));
    }

    [Theory]
    [InlineData("503", "503")]
    [InlineData("reset", "429")]
    [InlineData("hang")]
    public async Task A_response_that_is_not_taken_is_sent_again(params string[] failures)
    {
        await using var function = await LoneMigrate.StartAsync(NoDatabase);
        await using var stack = await WaitingStack.StartAsync(failures);

        await function.InvokeAsync(LoneMigrate.Event("Delete", stack.Url), seconds: 6);

        Assert.Equal(("SUCCESS", failures.Length + 1), (stack.Status, stack.Tries));
    }

    [Theory]
    [InlineData("403*", "in 1 tries: status 403")]
    [InlineData("503*", "status 503")]
    [InlineData("hang*", "no answer within")]
    public async Task A_response_that_is_never_taken_is_an_error(string failure, string message)
    {
        await using var function = await LoneMigrate.StartAsync(NoDatabase);
        await using var stack = await WaitingStack.StartAsync(failure);

        // Lambda repeats it.
        var error = await function.ErrorAsync(LoneMigrate.Event("Delete", stack.Url), seconds: 2);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain(WaitingStack.Signature, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "", "", "PHOTOLAMBDA_DATABASE_URL is not set")]
    [InlineData("mysql://u:pass-word@h/d", "", "", "PHOTOLAMBDA_DATABASE_URL cannot be used: The database setting is neither a URL")]
    [InlineData(NoDatabase, "pass-wo", "", "PHOTOLAMBDA_API_PASSWORD has 7 characters; it must have 8 to 256.")]
    [InlineData(NoDatabase, "", "pass-wörd", "PHOTOLAMBDA_WORKER_PASSWORD has characters that are not printable")]
    [InlineData(NoDatabase, "", "pass-word\n", "PHOTOLAMBDA_WORKER_PASSWORD has characters that are not printable")]
    [InlineData(NoDatabase, "", "", "127.0.0.1:9")]
    public async Task What_cannot_work_fails_the_stack_with_its_reason(
        string? url, string api, string worker, string reason)
    {
        await using var function = await LoneMigrate.StartAsync(
            url, ("PHOTOLAMBDA_API_PASSWORD", api), ("PHOTOLAMBDA_WORKER_PASSWORD", worker));
        await using var stack = await WaitingStack.StartAsync();

        var report = await function.InvokeAsync(LoneMigrate.Event("Create", stack.Url), seconds: 4);

        // No error to Lambda, which would try once more when the stack is rolled back.
        Assert.Equal(("{}", "FAILED"), (report.GetRawText(), stack.Status));
        Assert.Contains(reason, stack.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-w", stack.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_fails_the_stack()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud, template: await cloud.MigratedAsync());
        await EmptyDatabase.ExecuteAsync(
            database.Owner, "update schema_migrations set sha256 = 'another' where name = '0003_deletions.sql'");
        await using var function = await LoneMigrate.StartAsync(database.Owner);
        await using var stack = await WaitingStack.StartAsync();

        await function.InvokeAsync(LoneMigrate.Event("Update", stack.Url));

        Assert.Equal("FAILED", stack.Status);
        Assert.StartsWith("0003_deletions.sql was changed after", stack.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_database_refuses_fails_the_stack()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud, "createrole");
        await EmptyDatabase.ExecuteAsync(database.Superuser, "create table projects (id uuid)");
        await using var function = await LoneMigrate.StartAsync(database.Owner);
        await using var stack = await WaitingStack.StartAsync();

        await function.InvokeAsync(LoneMigrate.Event("Create", stack.Url));

        Assert.Equal("FAILED", stack.Status);
        Assert.StartsWith("0001_photos.sql is refused: ", stack.Reason, StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync(database, "select count(*)::int from schema_migrations"));
    }

    [Theory]
    // The lock of migrations; a table that the first file waits for.
    [InlineData("select pg_advisory_xact_lock(88409476722508)")]
    [InlineData("create table photo_events (id int)")]
    public async Task What_takes_too_long_is_rolled_back_and_fails_the_stack(string held)
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await using var function = await LoneMigrate.StartAsync(database.Owner);
        await using var stack = await WaitingStack.StartAsync();
        await using var other = new NpgsqlConnection(database.Superuser);
        await other.OpenAsync(Stop);
        await using (await other.BeginTransactionAsync(Stop))
        {
            await using var command = new NpgsqlCommand(held, other);
            await command.ExecuteNonQueryAsync(Stop);
            await function.InvokeAsync(LoneMigrate.Event("Create", stack.Url), seconds: 3);
            Assert.Equal("FAILED", stack.Status);
            Assert.StartsWith("The database was not finished in 1.8 s", stack.Reason, StringComparison.Ordinal);
            Assert.Equal(0, await ScalarAsync(database, """
                select count(*)::int from pg_stat_activity
                where datname = current_database() and (wait_event_type = 'Lock' or state like 'idle in trans%')
                  and pid <> pg_backend_pid() and query not like '%photo_events (id int)%'
                  and query not like '%advisory_xact%'
                """));
        }

        await using var again = await WaitingStack.StartAsync();
        await function.InvokeAsync(LoneMigrate.Event("Create", again.Url));
        Assert.Equal(Files.Length, again.Answer.GetProperty("Data").GetProperty("Applied").GetInt32());
    }

    [Fact]
    public async Task Two_at_the_same_time_apply_each_file_once()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await using var one = await LoneMigrate.StartAsync(database.Owner);
        await using var other = await LoneMigrate.StartAsync(database.Owner);
        await using var first = await WaitingStack.StartAsync();
        await using var second = await WaitingStack.StartAsync();

        await Task.WhenAll(
            one.InvokeAsync(LoneMigrate.Event("Create", first.Url)),
            other.InvokeAsync(LoneMigrate.Event("Update", second.Url)));

        int[] applied =
        [
            .. new[] { first, second }.Select(s => s.Answer.GetProperty("Data").GetProperty("Applied").GetInt32()),
        ];
        Assert.Equal([0, Files.Length], applied.Order());
    }

    [Fact]
    public async Task A_long_reason_is_cut_to_what_CloudFormation_takes()
    {
        await using var function = await LoneMigrate.StartAsync(NoDatabase);
        foreach (var unknown in new[] { new string('x', 9000), string.Concat(Enumerable.Repeat("ab😀", 2000)) })
        {
            await using var stack = await WaitingStack.StartAsync();

            await function.InvokeAsync(LoneMigrate.Event(unknown, stack.Url));

            Assert.InRange(stack.AnswerBytes.Length, 200, 4096);
            Assert.StartsWith($"RequestType is '{unknown[..20]}", stack.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain('\ufffd', stack.Reason);
        }
    }

    [Theory]
    [InlineData("RequestType", null)]
    [InlineData("RequestType", 7)]
    [InlineData("ResponseURL", null)]
    [InlineData("ResponseURL", "ftp://127.0.0.1/x")]
    [InlineData("StackId", null)]
    [InlineData("RequestId", "")]
    [InlineData("LogicalResourceId", null)]
    public async Task An_event_that_cannot_be_answered_is_an_error(string member, object? value)
    {
        await using var function = await LoneMigrate.StartAsync(NoDatabase);
        await using var stack = await WaitingStack.StartAsync();

        var error = await function.ErrorAsync(LoneMigrate.Event("Create", stack.Url, (member, value)));

        Assert.Contains(member, error, StringComparison.Ordinal);
        Assert.Equal(0, stack.Tries);
    }

    private static async Task<int> ScalarAsync(EmptyDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.Superuser);
        await using var command = source.CreateCommand(sql);
        return (int)(await command.ExecuteScalarAsync(Stop))!;
    }
}
