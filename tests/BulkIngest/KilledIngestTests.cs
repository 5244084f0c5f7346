using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>kill -9 in the middle of parse, COPY, merge, commit and publishing.</summary>
public sealed class KilledIngestTests : IDisposable
{
    private const int Messages = 10_000;
    private const int WarmUp = 1_000;
    private const int InBatch = 50;
    private const int Consumers = 4;
    private const int Kills = 20;

    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task A_kill_at_any_point_loses_nothing_and_makes_nothing_twice()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        // Kills know nothing of receives: with the template's 5, an unlucky message would be dead.
        await using var stage = await ChaosIngest.StartAsync(_folder, InBatch, maxReceives: 100);
        var latest = await MeasureAsync(stage);
        await stage.Door.SetAsync($$"""
            {"seed": {{seed}}, "queues": ["BulkIngestQueue"], "duplicates": 0.05, "reorder": 0.2,
            "kill": {"function": "BulkIngestFunction", "after_ms": [0, {{latest}}], "times": {{Kills}}, "share": 0.4} }
            """);

        await stage.SendAsync(WarmUp, Messages - WarmUp);
        await stage.AssertAllAsync(Messages);

        Assert.Equal(Kills, await stage.Door.DoneAsync("kills"));
        Assert.InRange(await stage.Door.DoneAsync("duplicates"), 350, 550);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    /// <returns>Milliseconds in which a warm process is done with a batch, so that a kill finds it anywhere.</returns>
    private static async Task<int> MeasureAsync(ChaosIngest stage)
    {
        await stage.SendAsync(0, WarmUp);
        await stage.UntilRowsAsync(WarmUp / 2);
        var (clock, before) = (Stopwatch.StartNew(), await stage.RowsAsync());
        await stage.UntilRowsAsync(WarmUp);
        return Math.Clamp((int)(clock.ElapsedMilliseconds * Consumers * InBatch / (WarmUp - before + 1)), 20, 1_000);
    }
}
