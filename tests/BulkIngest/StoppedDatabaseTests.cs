using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>PostgreSQL that crashes under the function, and comes back.</summary>
public sealed class StoppedDatabaseTests : IDisposable
{
    private const int Messages = 3_000;
    private const int Stops = 3;

    /// <summary>The product promises five; machines that build are slow.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task A_database_that_crashes_loses_nothing()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await StoppedServer.NewAsync(Path.Combine(_folder, "postgres"));
        await using var stage = await ChaosIngest.StartAsync(
            _folder, batch: 10, maxReceives: 5, server.ConnectionString);

        await stage.SendAsync(0, Messages);
        for (var stop = 0; stop < Stops; stop++)
        {
            Assert.True(await stage.RowsAsync() < Messages, "All was done before the last stop.");
            await server.CrashAsync();
            await Task.Delay(random.Next(500), TestContext.Current.CancellationToken);
            await server.StartAsync();
            long? before = null;
            await ChaosIngest.UntilAsync("To go on", Recovery, async () =>
            {
                var rows = await TryCountAsync(stage);
                before ??= rows;
                return rows > before + 100;
            });
        }

        await stage.AssertAllAsync(Messages);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static async Task<long?> TryCountAsync(ChaosIngest stage)
    {
        try
        {
            return await stage.RowsAsync();
        }
        catch (NpgsqlException)
        {
            // A connection of before the stop.
            return null;
        }
    }
}
