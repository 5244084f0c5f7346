using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

public class PostgresParent
{
    internal const string FolderVariable = "PHOTOLAMBDA_TEST_POSTGRES_FOLDER";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Run_as_the_parent_of_a_server()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "This is the second process of PostgresParentTests.");
        await using var server = await PostgresServer.StartAsync(new(folder), Console.WriteLine, Cancel);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("create table t (id int); insert into t values (7)");
        await command.ExecuteNonQueryAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "ready"), "", Cancel);
        await Task.Delay(Timeout.Infinite, Cancel);
    }
}
