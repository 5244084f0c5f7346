using System.Security.Cryptography;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Local.Postgres;

/// <summary>The database of the local cloud, up to date, with a login for each role of the functions.</summary>
internal sealed class LocalDatabase : IAsyncDisposable
{
    private readonly PostgresServer? _server;

    private LocalDatabase(PostgresServer? server, string owner)
    {
        _server = server;
        Owner = owner;
    }

    /// <summary>Connection string of a user who may do everything.</summary>
    public string Owner { get; }

    /// <summary>The same as a URL; null when the database is the developer's own, who knows it.</summary>
    public string? OwnerUrl => _server is null ? null : Url(new NpgsqlConnectionStringBuilder(Owner));

    /// <summary>URLs with the rights that the functions have in the cloud.</summary>
    public string Api { get; private set; } = "";

    public string Worker { get; private set; } = "";

    /// <summary>Done when the server has ended, asked for or not; never when it is not the local cloud's own.</summary>
    public Task Exited => _server?.Exited ?? Task.Delay(Timeout.Infinite);

    /// <param name="url">Of a database in place of a server of its own, or null.</param>
    public static async Task<LocalDatabase> StartAsync(
        string? url, string folder, Action<string> say, CancellationToken cancellation)
    {
        var server = url is null
            ? await PostgresServer.StartAsync(PostgresOptions.FromEnvironment(folder), say, cancellation)
            : null;
        var database = new LocalDatabase(server, server?.ConnectionString ?? ConnectionString(url!));
        try
        {
            var (api, worker) = (NewLogin(RoleLogin.Api), NewLogin(RoleLogin.Worker));
            await Migrations.ApplyAsync(
                new(database.Owner), name => say($"applied {name}"), cancellation, api, worker);
            (database.Api, database.Worker) = (database.UrlOf(api), database.UrlOf(worker));
            return database;
        }
        catch (Exception e) when (e is NpgsqlException or MigrationException)
        {
            await database.DisposeAsync();
            throw new LocalCloudException($"The database cannot be used: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static string ConnectionString(string url)
    {
        try
        {
            return DatabaseUrl.ToConnectionString(url);
        }
        catch (FormatException e)
        {
            throw new LocalCloudException($"PHOTOLAMBDA_DATABASE_URL: {e.Message}", e);
        }
    }

    /// <summary>With a password that is known to this run alone.</summary>
    private static RoleLogin NewLogin(string role) =>
        new(role, RandomNumberGenerator.GetHexString(32, lowercase: true));

    private string UrlOf(RoleLogin login)
    {
        var owner = new NpgsqlConnectionStringBuilder(Owner);
        return Url(new NpgsqlConnectionStringBuilder(Owner)
        {
            // Without a name PostgreSQL would take the user's: the roles are to meet where the owner is.
            Database = owner.Database ?? owner.Username,
            Username = login.Role,
            Password = login.Password,
        });
    }

    private static string Url(NpgsqlConnectionStringBuilder at)
    {
        var host = at.Host!.Contains(':', StringComparison.Ordinal) ? $"[{at.Host}]" : at.Host;
        var mode = at.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var other => other.ToString().ToLowerInvariant(),
        };
        var name = Uri.EscapeDataString(at.Database!);
        return $"postgresql://{at.Username}:{at.Password}@{host}:{at.Port}/{name}?sslmode={mode}";
    }
}
