using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

public class FirstConnectionTests(CloudFixture cloud)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_statement_finds_the_connection_open()
    {
        var name = $"first-{Guid.NewGuid():n}";
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!) + $";Application Name={name}");
        var connection = new FirstConnection(database);
        await connection.ReadyAsync();

        await using var command = database.CreateCommand(
            "select count(*), bool_and(pid = pg_backend_pid()) from pg_stat_activity where application_name = $1");
        command.Parameters.Add(Sql.Text(name));
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        Assert.Equal((1, true), (row.GetInt64(0), row.GetBoolean(1)));
    }

    [Fact]
    public async Task A_first_connection_that_fails_harms_nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var database = FunctionDatabase.Open($"Host=127.0.0.1;Port={port};Username=a;Database=a");
        await new FirstConnection(database).ReadyAsync();

        await using var command = database.CreateCommand("select 1");
        var failure = await Assert.ThrowsAsync<NpgsqlException>(() => command.ExecuteScalarAsync(Cancellation));
        Assert.IsType<SocketException>(failure.InnerException);
    }

    [Fact]
    public async Task A_silent_database_is_not_waited_for_ahead()
    {
        // It accepts, and never says a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var database = FunctionDatabase.Open(
            $"Host=127.0.0.1;Port={port};Username=a;Database=a;Timeout=60");
        var clock = Stopwatch.StartNew();
        await new FirstConnection(database).ReadyAsync();
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(900), Patience);
    }
}
