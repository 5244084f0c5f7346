using System.Net;
using System.Net.Sockets;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>A PostgreSQL that is stopped without a checkpoint, and started again where it was.</summary>
internal sealed class CrashableServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly PostgresCluster _cluster;
    private readonly PostgresBinaries _binaries;
    private readonly int _port = FreePort();
    private PostgresProcess? _process;

    private CrashableServer(PostgresCluster cluster, PostgresBinaries binaries)
    {
        (_cluster, _binaries) = (cluster, binaries);
        ConnectionString = $"Host=127.0.0.1;Port={_port};Database=postgres;Username=postgres;"
            + $"Password={cluster.Password};SSL Mode=Disable;GSS Encryption Mode=Disable";
    }

    /// <summary>Of the superuser, for Npgsql.</summary>
    public string ConnectionString { get; }

    public static async Task<CrashableServer> NewAsync(string folder, CancellationToken cancellation)
    {
        var options = PostgresOptions.FromEnvironment(folder);
        var cluster = await PostgresCluster.OpenAsync(folder, _ => { }, cancellation);
        var binaries = await PostgresSource.FindAsync(options, null, _ => { }, cancellation);
        await cluster.InitialiseAsync(binaries, cancellation);
        var server = new CrashableServer(cluster, binaries);
        await server.StartAsync(cancellation);
        return server;
    }

    /// <returns>When it takes connections.</returns>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        _process = new PostgresProcess(_cluster, _binaries, _port);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(limit.Token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(5, limit.Token);
            }
        }
    }

    /// <summary>As a power failure would: it has its log to recover from, and nothing else.</summary>
    public async Task CrashAsync(CancellationToken cancellation)
    {
        string[] line = [_binaries["pg_ctl"], "stop", "-D", _cluster.Data, "-m", "immediate", "-w", "-s"];
        var stopped = await Command.RunAsync(_cluster.Folder, ServerAccount.Current.Line(line), cancellation);
        if (!stopped.Succeeded)
        {
            throw new BenchException($"PostgreSQL did not stop: {stopped.Output}");
        }

        await _process!.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _cluster.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
