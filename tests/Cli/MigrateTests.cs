using Npgsql;

namespace PhotoLambda.Tests;

public class MigrateTests(CloudFixture cloud)
{
    private static readonly string[] Files = MigrationFiles.Names;

    private static readonly string AllApplied =
        string.Concat(Files.Select(f => $"applied {f}\n")) + $"Applied {Files.Length}.\n";

    [Fact]
    public async Task The_first_migration_applies_and_the_second_finds_nothing_to_do()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);

        var first = await CommandLine.RunAsync(database.Owner, "migrate");
        var second = await CommandLine.RunAsync(null, "migrate", "--database", database.Owner);

        Assert.Equal((0, AllApplied), first);
        Assert.Equal((0, "The database is up to date.\n"), second);
    }

    [Fact]
    public async Task Two_migrations_at_the_same_time_both_succeed()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);

        var both = await Task.WhenAll(
            CommandLine.RunAsync(database.Owner, "migrate"), CommandLine.RunAsync(database.Owner, "migrate"));

        Assert.All(both, run => Assert.Equal(0, run.Exit));
        Assert.Single(both, run => run.Output.Contains("applied 0001_photos.sql", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_migration_waits_for_another_however_long_that_takes()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await using var other = new NpgsqlConnection(database.Superuser);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(other, "select pg_advisory_lock(88409476722508)");

        // What a command may take is a second here, in place of Npgsql's 30.
        var run = CommandLine.RunAsync(database.Owner + ";Command Timeout=1", "migrate");
        const string waiting = """
            select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'
              and now() - query_start > interval '1.5 seconds'
            """;
        while (await ExecuteAsync(other, waiting) is 0L)
        {
            Assert.False(run.IsCompleted, run.IsCompleted ? (await run).Output : "");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await ExecuteAsync(other, "select pg_advisory_unlock_all()");
        Assert.Equal((0, AllApplied), await run);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await CommandLine.RunAsync(database.Owner, "migrate");
        await EmptyDatabase.ExecuteAsync(database.Superuser, "update schema_migrations set sha256 = 'another'");

        var (exit, output) = await CommandLine.RunAsync(database.Owner, "migrate");

        Assert.Equal(1, exit);
        Assert.Equal(
            "0001_photos.sql was changed after it was applied to this database. "
            + "Restore the file and put the change into a new one.\n", output);
    }

    [Theory]
    [InlineData("createrole")]
    [InlineData("nocreaterole")]
    public async Task An_owner_who_is_no_superuser_can_do_it_all(string attributes)
    {
        // The roles of the functions are there: they belong to the server, and its administrator may have made them.
        await using var database = await EmptyDatabase.NewAsync(cloud, attributes);

        var migrated = await CommandLine.RunAsync(database.Owner, "migrate");
        var made = await CommandLine.RunAsync(database.Owner, "org", "create", "harbour");

        Assert.Equal((0, AllApplied), migrated);
        Assert.Equal((0, "Made.\n"), made);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
