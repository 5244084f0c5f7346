using System.Diagnostics;
using Npgsql;
using PhotoLambda.Local;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

public sealed class PostgresServerTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();
    private readonly List<string> _said = [];
    private string? _elsewhere;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (_elsewhere is not null)
        {
            Directory.Delete(_elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_starts_with_a_password_on_loopback_alone()
    {
        await using var server = await StartAsync();

        Assert.Contains("Host=127.0.0.1", server.ConnectionString, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", await ScalarAsync(server, "show listen_addresses"));
        Assert.Equal("", await ScalarAsync(server, "show unix_socket_directories"));
        Assert.Equal("on", await ScalarAsync(server, "show fsync"));
        Assert.Equal("UTF8", await ScalarAsync(server, "show server_encoding"));
        Assert.Equal("ÄÖ", await ScalarAsync(server, "select upper('äö')"));
        Assert.Contains(_said, line => line.StartsWith("initialising", StringComparison.Ordinal));
        Assert.Contains(_said, line => line.StartsWith("PostgreSQL started on port", StringComparison.Ordinal));

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancel));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Rows_are_there_after_a_stop_and_a_start()
    {
        await using (var first = await StartAsync())
        {
            await WriteAsync(first);
        }

        Assert.False(File.Exists(Path.Combine(_folder, "data", "postmaster.pid")));
        await using var second = await StartAsync();

        Assert.Equal(1, await ScalarAsync(second, "select count(*)::int from t"));
        Assert.Single(_said, line => line.StartsWith("initialising", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_killed_server_is_noticed_and_recovers_at_the_next_start()
    {
        await using (var first = await StartAsync())
        {
            await WriteAsync(first);
            Process.GetProcessById(PostgresFolder.ServerId(_folder)).Kill();
            await first.Exited.WaitAsync(Cancel);
        }

        await using var second = await StartAsync();

        Assert.Equal(1, await ScalarAsync(second, "select count(*)::int from t"));
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_until_it_is_free()
    {
        await using (await StartAsync())
        {
            var refused = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);
            Assert.Contains("another local cloud", refused.Message, StringComparison.Ordinal);
        }

        await using var free = await StartAsync();
    }

    [Fact]
    public async Task A_pid_file_that_names_no_server_is_no_hindrance()
    {
        await using (await StartAsync())
        {
        }

        foreach (var id in new[] { "999999999", "not a number", "", $"{Environment.ProcessId}" })
        {
            var content = $"{id}\n{_folder}/data\n1\n5432\n\n127.0.0.1\n";
            await File.WriteAllTextAsync(Path.Combine(_folder, "data", "postmaster.pid"), content, Cancel);
            await using var server = await StartAsync();

            Assert.Equal(1, await ScalarAsync(server, "select 1"));
        }
    }

    [Fact]
    public async Task An_initialisation_that_was_cut_short_is_done_again()
    {
        await using (await StartAsync())
        {
        }

        Directory.Move(Path.Combine(_folder, "data"), Path.Combine(_folder, "data.new"));
        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task Data_of_another_major_version_are_refused_with_advice()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "data", "PG_VERSION"), "9\n", Cancel);

        var refused = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);

        Assert.Contains("made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Install PostgreSQL 9, or delete the folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_password_and_broken_data_are_messages()
    {
        await using (await StartAsync())
        {
        }

        var password = await File.ReadAllTextAsync(Path.Combine(_folder, "password"), Cancel);
        File.Delete(Path.Combine(_folder, "password"));
        var lost = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);
        Assert.Contains("password", lost.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), "another", Cancel);
        var wrong = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);
        Assert.Contains("refused its own password", wrong.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), password, Cancel);
        File.Delete(Path.Combine(_folder, "data", "global", "pg_control"));
        var broken = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);
        Assert.Contains("pg_control", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_start_leaves_no_server_and_no_lock()
    {
        using var cancel = new CancellationTokenSource();
        void CancelOnce(string line) => cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PostgresServer.StartAsync(new(_folder), CancelOnce, cancel.Token));

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task Data_under_a_folder_that_only_root_enters_are_kept_elsewhere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root drops to another account.");
        var closed = Path.Combine(_folder, "closed");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(
                closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using (var server = await PostgresServer.StartAsync(new(closed + "/photos"), _said.Add, Cancel))
        {
            Assert.StartsWith("/var/lib/photolambda/photos-", server.Folder, StringComparison.Ordinal);
            Assert.Contains(_said, line => line.Contains(closed) && line.Contains(server.Folder));
            _elsewhere = server.Folder;
        }
    }

    private Task<PostgresServer> StartAsync() => PostgresServer.StartAsync(new(_folder), _said.Add, Cancel);

    private static Task<object?> WriteAsync(PostgresServer server) =>
        ScalarAsync(server, "create table t (id int); insert into t values (1)");

    private static async Task<object?> ScalarAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
