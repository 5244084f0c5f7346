using System.Net;
using Microsoft.AspNetCore.Http;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>An issuer that changes its key while clients go on: the last three keys are published.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private const int Clients = 4;
    private const int Rotations = 10;

    private readonly IdentityClock _clock = new();
    private readonly List<TokenForge> _keys;
    private readonly int[] _accepted = new int[Clients];
    private readonly CancellationTokenSource _stop =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private int _published = 1;
    private int _current = 1;
    private KeySetServer _issuer = null!;
    private GuardedApi _api = null!;

    public KeyRotationTests() =>
        _keys = [.. Enumerable.Range(0, Rotations + 2).Select(_ => new TokenForge(_clock))];

    public async ValueTask InitializeAsync()
    {
        _issuer = await KeySetServer.StartAsync();
        _issuer.Answer = context =>
        {
            var last = Volatile.Read(ref _published);
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync(TokenForge.KeySet(
                [.. Enumerable.Range(0, last + 1).TakeLast(3).Select(i => _keys[i].EcKey($"key-{i}"))]));
        };
        _api = await GuardedApi.StartAsync(GuardedApi.Options(_issuer.Url), _clock);
        _stop.CancelAfter(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_new_key_used_at_once_costs_no_good_token_under_load()
    {
        var clients = Enumerable.Range(0, Clients).Select(GoOnAsync).ToList();
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            await EachClientGoesOnAsync(clients);
            _clock.Advance(SigningKeys.RefreshInterval);
            Volatile.Write(ref _published, _published + 1);
            Volatile.Write(ref _current, _published);
        }

        await EachClientGoesOnAsync(clients);
        await StopAsync(clients);
        Assert.InRange(_issuer.Requests, Rotations, 1 + (2 * Rotations));
    }

    // Someone has always used up the one fetch a minute that unknown keys are worth.
    [Fact]
    public async Task A_key_published_ahead_costs_none_with_strangers_about()
    {
        var strangers = Enumerable.Range(0, 2).Select(IntrudeAsync).ToList();
        var clients = Enumerable.Range(0, Clients).Select(GoOnAsync).ToList();
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            await EachClientGoesOnAsync(clients);
            Volatile.Write(ref _published, _published + 1);
            // The first of two fetches may have been on its way before.
            await NextFetchAsync();
            await NextFetchAsync();
            Volatile.Write(ref _current, _published);
        }

        await EachClientGoesOnAsync(clients);
        await StopAsync([.. clients, .. strangers]);
        Assert.InRange(_issuer.Requests, 2 * Rotations, 2 * (1 + (2 * Rotations)));
    }

    // Each request has a token of its own, by the current key or the one before it.
    private async Task GoOnAsync(int client)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var key = Volatile.Read(ref _current) - (i % 2);
            using var answer = await _api.MeAsync(
                _keys[key].Under($$"""{"alg":"ES256","kid":"key-{{key}}"}"""), CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Interlocked.Increment(ref _accepted[client]);
        }
    }

    private async Task IntrudeAsync(int stranger)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            using var answer = await _api.MeAsync(
                _keys[0].Under($$"""{"alg":"ES256","kid":"{{stranger}}-{{i}}"}"""), CancellationToken.None);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private async Task EachClientGoesOnAsync(IReadOnlyCollection<Task> running)
    {
        var seen = _accepted.ToArray();
        while (Enumerable.Range(0, Clients).Any(c => Volatile.Read(ref _accepted[c]) < seen[c] + 5))
        {
            await (running.FirstOrDefault(t => t.IsCompleted) ?? Task.Delay(1, _stop.Token));
        }
    }

    private async Task StopAsync(IEnumerable<Task> running)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task NextFetchAsync()
    {
        var seen = _issuer.Requests;
        _clock.Advance(SigningKeys.RefreshInterval);
        while (_issuer.Requests == seen)
        {
            await Task.Delay(1, _stop.Token);
        }
    }
}
