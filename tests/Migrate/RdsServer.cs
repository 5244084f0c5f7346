using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>
/// A server as RDS makes it: its administrator is no superuser, and nobody has made the roles of the functions yet.
/// Roles are of a whole server, so that passwords cannot be tried on that of the other tests.
/// </summary>
public sealed class RdsServer : IAsyncLifetime
{
    private readonly string _folder = TemporaryFolder.New();
    private PostgresServer? _server;

    /// <summary>Of everything that the server was told.</summary>
    public Task<string> LogAsync() => File.ReadAllTextAsync(Path.Combine(_server!.Folder, "postgres.log"));

    public string Superuser => _server!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(_folder), _ => { }, TestContext.Current.CancellationToken);
        await EmptyDatabase.ExecuteAsync(Superuser, "alter system set log_statement = 'all'");
        await EmptyDatabase.ExecuteAsync(Superuser, "select pg_reload_conf()");
        await EmptyDatabase.ExecuteAsync(Superuser, "create role master login createrole createdb password 'm'");
        await EmptyDatabase.ExecuteAsync(Superuser, "create role poor login createdb password 'm'");
    }

    /// <returns>The connection string of its owner.</returns>
    public async Task<string> NewDatabaseAsync(string owner = "master")
    {
        var name = "db_" + Guid.NewGuid().ToString("N");
        await EmptyDatabase.ExecuteAsync(Superuser, $"create database {name} owner {owner}");
        return As(Superuser, owner, "m", name);
    }

    /// <summary>Another user of the same database, or of another one.</summary>
    public static string As(string database, string user, string password, string? name = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(database)
        {
            Username = user,
            Password = password,
            Pooling = false,
        };
        settings.Database = name ?? settings.Database;
        return settings.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        TemporaryFolder.Delete(_folder);
    }
}
