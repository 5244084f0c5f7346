namespace PhotoLambda.Tests;

/// <summary>kill -9 in the middle of parse, COPY, merge, commit and publishing.</summary>
public sealed class KilledIngestTests : IDisposable
{
    private const int Messages = 10_000;
    private const int Kills = 20;

    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task A_kill_at_any_point_loses_nothing_and_makes_nothing_twice()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        // Kills know nothing of receives: with the template's 5, an unlucky message would be dead.
        await using var stage = await ChaosIngest.StartAsync(_folder, batch: 50, maxReceives: 100);
        await stage.Door.SetAsync($$"""
            {"seed": {{seed}}, "queues": ["BulkIngestQueue"], "duplicates": 0.05, "reorder": 0.2,
            "kill": {"function": "BulkIngestFunction", "after_ms": [0, 100], "times": {{Kills}}, "share": 0.5} }
            """);

        await stage.SendAsync(Messages);
        await stage.AssertAllAsync(Messages);

        Assert.Equal(Kills, await stage.Door.DoneAsync("kills"));
        Assert.InRange(await stage.Door.DoneAsync("duplicates"), 400, 600);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);
}
