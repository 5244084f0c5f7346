namespace PhotoLambda.Tests;

/// <summary>kill -9 of the process that handles a batch.</summary>
public sealed class ChaosKillTests : IAsyncLifetime
{
    private ChaosStage _stage = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await ChaosStage.StartAsync(Stop);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_killed_functions_messages_all_come_back_after_their_visibility_timeout()
    {
        await _stage.Door.SetAsync("""{"kill": {"function": "Shell", "after_ms": [0, 0], "times": 2}}""");
        for (var i = 0; i < 1_000; i++)
        {
            _stage.Queue.Send($"{i}");
        }

        _stage.Start();

        for (var kill = 1; kill <= 2; kill++)
        {
            await UntilAsync(() => _stage.Host.State.Errors == kill);
            Assert.Equal("BatchFailed", await _stage.Log.NextAsync());
            Assert.Equal(new(0, 1_000, 0), _stage.Queue.Counts());
            Assert.Equal(kill, await _stage.Door.DoneAsync("kills"));
            _stage.Time.Advance(TimeSpan.FromSeconds(29));
            Assert.Equal(new(0, 1_000, 0), _stage.Queue.Counts());
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => _stage.Queue.Counts() is { Visible: 0, InFlight: 0 });
        Assert.Equal(
            (2L, "Runtime.ExitError"), (_stage.Host.State.Errors, _stage.Host.State.LastError!.Split(':')[0]));
        Assert.Contains("signal: killed", _stage.Host.State.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invocation_that_ended_in_time_is_not_killed()
    {
        await _stage.Door.SetAsync("""{"kill": {"function": "Shell", "after_ms": [10000, 10000], "times": 5}}""");
        _stage.Queue.Send("x");
        _stage.Start();
        await UntilAsync(() => _stage.Queue.Counts() is { Visible: 0, InFlight: 0 });
        Assert.Equal((1L, 0L), (_stage.Host.State.Invocations, _stage.Host.State.Errors));
        Assert.Equal(0, await _stage.Door.DoneAsync("kills"));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
