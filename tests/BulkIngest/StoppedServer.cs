using System.Net;
using System.Net.Sockets;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>A PostgreSQL that is stopped without a checkpoint, and started again where it was.</summary>
internal sealed class StoppedServer : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly PostgresBinaries _binaries;
    private readonly int _port = FreePort();
    private PostgresProcess? _process;

    private StoppedServer(PostgresCluster cluster, PostgresBinaries binaries)
    {
        (_cluster, _binaries) = (cluster, binaries);
        ConnectionString = $"Host=127.0.0.1;Port={_port};Database=postgres;Username=postgres;"
            + $"Password={cluster.Password};SSL Mode=Disable;GSS Encryption Mode=Disable";
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Of the superuser, for Npgsql.</summary>
    public string ConnectionString { get; }

    public static async Task<StoppedServer> NewAsync(string folder)
    {
        var options = PostgresOptions.FromEnvironment(folder);
        var cluster = await PostgresCluster.OpenAsync(folder, _ => { }, Stop);
        var binaries = await PostgresSource.FindAsync(options, null, _ => { }, Stop);
        await cluster.InitialiseAsync(binaries, Stop);
        var server = new StoppedServer(cluster, binaries);
        await server.StartAsync();
        return server;
    }

    /// <returns>When it takes connections.</returns>
    public async Task StartAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
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
    public async Task CrashAsync()
    {
        string[] line = [_binaries["pg_ctl"], "stop", "-D", _cluster.Data, "-m", "immediate", "-w", "-s"];
        var stopped = await Command.RunAsync(_cluster.Folder, ServerAccount.Current.Line(line), Stop);
        Assert.True(stopped.Succeeded, stopped.Output);
        await _process!.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _cluster.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
