using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PhotoLambda.Local.Postgres;

/// <summary>
/// A PostgreSQL server of the local cloud's own, on a free port of 127.0.0.1. It dies with this process, however that
/// ends, and keeps what was committed. Dispose it for a fast shutdown.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(15);

    private readonly PostgresCluster _cluster;
    private readonly PostgresProcess _process;

    private PostgresServer(PostgresCluster cluster, PostgresProcess process, string connectionString)
    {
        _cluster = cluster;
        _process = process;
        ConnectionString = connectionString;
    }

    /// <summary>Of the superuser, for Npgsql.</summary>
    public string ConnectionString { get; }

    /// <summary>Where the data are: not always where they were asked for.</summary>
    public string Folder => _cluster.Folder;

    /// <summary>Done when the server is no longer running, asked for or not.</summary>
    public Task Exited => _process.Exited;

    /// <param name="say">Told what is going on, one line at a time.</param>
    /// <exception cref="LocalCloudException">No server can be had, or it did not start.</exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var cluster = await PostgresCluster.OpenAsync(options.Folder, say, cancellationToken);
        try
        {
            var binaries = await PostgresSource.FindAsync(options, cluster.Major, say, cancellationToken);
            if (cluster.Major is null)
            {
                say($"initialising a database in {cluster.Folder}");
                await cluster.InitialiseAsync(binaries, cancellationToken);
            }

            await OrphanServer.StopAsync(cluster, binaries, say, cancellationToken);
            return await StartAsync(cluster, binaries, say, cancellationToken);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _cluster.Dispose();
    }

    private static async Task<PostgresServer> StartAsync(
        PostgresCluster cluster, PostgresBinaries binaries, Action<string> say, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var connectionString = ConnectionStringFor(port, cluster.Password);
            var process = new PostgresProcess(cluster, binaries, port);
            try
            {
                await ReadyAsync(process, cluster, connectionString, cancellationToken);
                say($"PostgreSQL started on port {port} in {clock.Elapsed.TotalSeconds:0.0} s");
                return new(cluster, process, connectionString);
            }
            catch (LocalCloudException) when (attempt < Attempts && MayWorkNextTime(cluster))
            {
                await process.DisposeAsync();
                await Task.Delay(PollInterval * attempt * attempt, cancellationToken);
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    private static async Task ReadyAsync(
        PostgresProcess process, PostgresCluster cluster, string connectionString, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RecoveryTime);
        while (!process.Exited.IsCompleted)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(limit.Token);
                return;
            }
            catch (PostgresException refused) when (refused.SqlState != PostgresErrorCodes.CannotConnectNow)
            {
                throw new LocalCloudException(
                    $"The database in {cluster.Folder} refused its own password: {refused.MessageText}", refused);
            }
            catch (NpgsqlException)
            {
                await Task.WhenAny(process.Exited, Task.Delay(PollInterval, cancellationToken));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new LocalCloudException(
                    $"PostgreSQL was not ready after {RecoveryTime.TotalMinutes} minutes; see {cluster.Log}.");
            }
        }

        throw new LocalCloudException($"PostgreSQL did not start; {cluster.Log} ends with:\n{LogTail(cluster)}");
    }

    // Someone took the port in between, or the last processes of a killed server have yet to notice that it is gone.
    private static bool MayWorkNextTime(PostgresCluster cluster) =>
        LogTail(cluster) is var log
        && (log.Contains("could not bind", StringComparison.Ordinal)
            || log.Contains("pre-existing shared memory block", StringComparison.Ordinal));

    private static string LogTail(PostgresCluster cluster) => File.Exists(cluster.Log)
        ? string.Join('\n', File.ReadLines(cluster.Log).TakeLast(10))
        : "(nothing)";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ConnectionStringFor(int port, string password) =>
        $"Host=127.0.0.1;Port={port};Database=postgres;Username=postgres;Password={password};SSL Mode=Disable;" +
        "GSS Encryption Mode=Disable";
}
