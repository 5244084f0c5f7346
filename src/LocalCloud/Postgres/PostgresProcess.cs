using System.Diagnostics;

namespace PhotoLambda.Local.Postgres;

/// <summary>
/// The running server, tied to the life of this process: a shell between the two holds our end of a pipe, and when the
/// pipe closes, by our word or by our death, it asks the server for a fast shutdown. (A parent-death signal would do on
/// Linux alone, and there it follows the thread that started the child, not the process.)
/// </summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private const string Script = """
        trap '' INT
        exec 3<&0 </dev/null >"$0" 2>&1
        "$@" 3<&- &
        server=$!
        { read -r _ <&3; kill -INT "$server"; } &
        watcher=$!
        wait "$server"
        status=$?
        kill "$watcher"
        exit "$status"
        """;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(20);

    private readonly Process _shell;

    public PostgresProcess(PostgresCluster cluster, PostgresBinaries binaries, int port)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={port}", "unix_socket_directories=", "shared_buffers=64MB",
            "max_connections=100", "max_wal_size=256MB", "timezone=UTC", "log_timezone=UTC", "logging_collector=off",
            // Compiling a query takes longer than any query on so little data.
            "jit=off",
        ];
        string[] line =
        [
            "sh", "-c", Script, cluster.Log, binaries["postgres"], "-D", cluster.Data,
            .. settings.SelectMany(s => new[] { "-c", s }),
        ];
        // In a session of its own, or Ctrl-C in the terminal would stop the database before those who still use it.
        string[] session = File.Exists("/usr/bin/setsid") ? ["/usr/bin/setsid"] : [];
        var start = Command.StartInfo(cluster.Folder, [.. session, .. ServerAccount.Current.Line(line)]);
        _shell = Process.Start(start)!;
        Exited = _shell.WaitForExitAsync(CancellationToken.None);
    }

    public Task Exited { get; }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        try
        {
            await Exited.WaitAsync(StopTime);
        }
        catch (TimeoutException)
        {
            _shell.Kill(entireProcessTree: true);
            await Exited;
        }

        _shell.Dispose();
    }
}
