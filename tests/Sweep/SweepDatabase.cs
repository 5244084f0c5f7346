using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>A migrated database that no other sweep looks into.</summary>
internal sealed class SweepDatabase(EmptyDatabase database, NpgsqlDataSource owner, string api, string worker)
    : IAsyncDisposable
{
    /// <summary>Connection string of the API's role.</summary>
    public string Api => api;

    /// <summary>Connection string of the worker's role.</summary>
    public string Worker => worker;

    public static async Task<SweepDatabase> NewAsync(CloudFixture cloud)
    {
        var database = await EmptyDatabase.NewAsync(cloud, template: await cloud.MigratedAsync());
        string Here(string function) => new NpgsqlConnectionStringBuilder(
            DatabaseUrl.ToConnectionString(cloud.Settings(function)["PHOTOLAMBDA_DATABASE_URL"]!))
        {
            Database = new NpgsqlConnectionStringBuilder(database.Owner).Database,
        }.ConnectionString;
        return new SweepDatabase(
            database, NpgsqlDataSource.Create(database.Owner), Here("UploadUrlFunction"), Here("SweepFunction"));
    }

    /// <param name="due">SQL of an instant.</param>
    public Task AddAsync(string key, string due = "now()", string? uploadId = null, string finished = "null") =>
        ExecuteAsync($"""
            insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, s3_upload_id, due_at, finished_at)
            values (gen_random_uuid(), 'o', 'bucket', array['{key}', '{key}.thumbnail'],
              {(uploadId is null ? "null" : $"'{uploadId}'")}, {due}, {finished})
            """);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A statement that is not committed yet.</summary>
    public async Task<OpenStatement> BeginAsync(string sql)
    {
        var connection = await owner.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return new OpenStatement(this, connection, transaction);
    }

    /// <summary>The rows of a query, their columns joined by a comma, sorted.</summary>
    public async Task<string[]> RowsAsync(string sql)
    {
        await using var command = owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetValue(i)}")));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await database.DisposeAsync();
    }
}

internal sealed class OpenStatement(SweepDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction)
    : IAsyncDisposable
{
    /// <summary>Until somebody waits for one of its rows.</summary>
    public async Task UntilWaitedForAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await database.RowsAsync(
            $"select 1 from pg_stat_activity where {connection.ProcessID} = any (pg_blocking_pids(pid))")).Length == 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public Task CommitAsync() => transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
