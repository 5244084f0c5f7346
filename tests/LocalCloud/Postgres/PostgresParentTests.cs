using System.Diagnostics;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>The server's life is tied to the process that started it: here a second run of this test program.</summary>
public sealed class PostgresParentTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_server_of_a_killed_local_cloud_ends_by_itself()
    {
        using var parent = await StartParentAsync();
        using var server = Process.GetProcessById(PostgresFolder.ServerId(_folder));

        parent.Kill();

        await server.WaitForExitAsync(Cancel);
        Assert.False(File.Exists(Path.Combine(_folder, "data", "postmaster.pid")));
    }

    [Fact]
    public async Task The_successor_of_a_killed_local_cloud_starts_at_once_with_its_rows()
    {
        using var parent = await StartParentAsync();
        // Without the shell between them nobody tells the server that its local cloud is gone.
        KillShells();
        parent.Kill();
        await parent.WaitForExitAsync(Cancel);
        var said = new List<string>();

        await using var server = await PostgresServer.StartAsync(new(_folder), said.Add, Cancel);

        Assert.Contains(said, line => line.StartsWith("stopping the PostgreSQL", StringComparison.Ordinal));
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("select id from t");
        Assert.Equal(7, await command.ExecuteScalarAsync(Cancel));
    }

    private async Task<Process> StartParentAsync()
    {
        var program = typeof(PostgresParentTests).Assembly.Location;
        string[] line =
        [
            program, "-explicit", "only", "-method",
            $"{typeof(PostgresParent).FullName}.{nameof(PostgresParent.Run_as_the_parent_of_a_server)}",
        ];
        var start = new ProcessStartInfo("dotnet", line) { RedirectStandardOutput = true };
        start.Environment[PostgresParent.FolderVariable] = _folder;
        CloudFixture.MakeChild(start);
        using var watcher = new FileSystemWatcher(_folder, "ready") { EnableRaisingEvents = true };
        var ready = new TaskCompletionSource();
        watcher.Created += (_, _) => ready.TrySetResult();
        var parent = Process.Start(start)!;
        await Task.WhenAny(ready.Task, parent.WaitForExitAsync(Cancel)).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.False(parent.HasExited, parent.HasExited ? await parent.StandardOutput.ReadToEndAsync(Cancel) : "");
        return parent;
    }

    private void KillShells()
    {
        foreach (var process in Process.GetProcessesByName("sh"))
        {
            using (process)
            {
                if (File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(_folder, StringComparison.Ordinal))
                {
                    process.Kill();
                }
            }
        }
    }
}
