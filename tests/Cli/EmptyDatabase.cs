using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>A database without tables, on the server of the fixture; gone with its owner when disposed of.</summary>
internal sealed class EmptyDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name = "db_" + Guid.NewGuid().ToString("N");
    private readonly string? _owner;

    private EmptyDatabase(string server, bool withOwner)
    {
        _server = server;
        _owner = withOwner ? _name + "_owner" : null;
        var settings = new NpgsqlConnectionStringBuilder(server) { Database = _name, Pooling = false };
        Superuser = settings.ConnectionString;
        if (withOwner)
        {
            (settings.Username, settings.Password) = (_owner, "secret-of-the-owner");
        }

        Owner = settings.ConnectionString;
    }

    /// <summary>Connection string of whom the database belongs to.</summary>
    public string Owner { get; }

    public string Superuser { get; }

    /// <param name="ownerMay">Attributes of an owner who is no superuser; null: the server's superuser owns it.</param>
    /// <param name="template">A database to begin with, which nobody is connected to; null: an empty one.</param>
    public static async Task<EmptyDatabase> NewAsync(
        CloudFixture cloud, string? ownerMay = null, EmptyDatabase? template = null)
    {
        var database = new EmptyDatabase(cloud.Cloud.Database.Owner, ownerMay is not null);
        if (ownerMay is not null)
        {
            await ExecuteAsync(database._server,
                $"create role {database._owner} login password 'secret-of-the-owner' {ownerMay}");
        }

        await ExecuteAsync(database._server,
            $"create database {database._name} template {template?._name ?? "template1"} "
            + (database._owner is null ? "" : $"owner {database._owner}"));
        return database;
    }

    public static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(_server, $"drop database {_name} with (force)");
        if (_owner is not null)
        {
            await ExecuteAsync(_server, $"drop role {_owner}");
        }
    }
}
