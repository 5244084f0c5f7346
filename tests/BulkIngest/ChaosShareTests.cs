using System.Net;
using PhotoLambda.Local.Chaos;

namespace PhotoLambda.Tests;

/// <summary>Kills that only some of a function's invocations are in for.</summary>
public sealed class ChaosShareTests : IAsyncLifetime
{
    private ChaosStage _stage = null!;

    public async ValueTask InitializeAsync() =>
        _stage = await ChaosStage.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_share_of_none_kills_nothing()
    {
        await _stage.Door.SetAsync(Kill("0"));
        _stage.Queue.Send("x");
        _stage.Start();

        await ChaosIngest.UntilAsync("The queue", TimeSpan.FromSeconds(20), () =>
            Task.FromResult(_stage.Queue.Counts() is { Visible: 0, InFlight: 0 }));

        Assert.Equal((1L, 0L), (_stage.Host.State.Invocations, _stage.Host.State.Errors));
        var (_, shown) = await _stage.Door.AskAsync("GET");
        Assert.Equal(0, shown.GetProperty("kill").GetProperty("share").GetDouble());
    }

    [Theory]
    [InlineData(0.25, 200, 300)]
    [InlineData(1.0, 1_000, 1_000)]
    [InlineData(null, 1_000, 1_000)]
    public void A_share_is_one_of_invocations(double? share, int least, int most)
    {
        var run = new ChaosRun(new(7, null, 0, 0, null, 0, new ChaosKill("Shell", 0, 100, 1_000, share)));
        Assert.InRange(Enumerable.Range(0, 1_000).Count(_ => run.KillAfter("Shell") is not null), least, most);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("\"all\"")]
    public async Task A_share_is_a_number_from_0_to_1(string share)
    {
        var (status, problem) = await _stage.Door.AskAsync("POST", Kill(share));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            $"must be a share, a number from 0 to 1; it is {share}",
            problem.GetProperty("errors").GetProperty("kill.share")[0].GetString());
    }

    private static string Kill(string share) =>
        $$"""{"kill": {"function": "Shell", "after_ms": [0, 0], "times": 5, "share": {{share}} } }""";
}
