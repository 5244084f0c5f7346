using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

/// <summary>A token that was found good is remembered, and still is not believed longer than it should be.</summary>
public sealed class VerifiedTokensTests : IAsyncLifetime
{
    private readonly IdentityClock _clock = new();
    private readonly TokenForge _forge;
    private KeySetServer _issuer = null!;
    private GuardedApi _api = null!;

    public VerifiedTokensTests() => _forge = new(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await KeySetServer.StartAsync(TokenForge.KeySet(_forge.EcKey()));
        _api = await GuardedApi.StartAsync(GuardedApi.Options(_issuer.Url), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_known_token_that_expired_is_refused()
    {
        var token = _forge.Token(("exp", _forge.Now + 10));
        await AcceptsTwiceAsync(token);

        _clock.Advance(TimeSpan.FromSeconds(69));
        Assert.StartsWith("user-1", await AnswerAsync(token), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("expired: The token has expired.", await AnswerAsync(token));
    }

    [Fact]
    public async Task A_known_token_whose_key_was_withdrawn_is_refused()
    {
        var token = _forge.Token(("exp", _forge.Now + 7200));
        await AcceptsTwiceAsync(token);
        _issuer.Serve(TokenForge.KeySet(new TokenForge(_clock).EcKey("next")));
        _clock.Advance(TimeSpan.FromMinutes(10));

        // No other token is sent: it is this one, though known, that has the keys renewed.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string answer;
        do
        {
            answer = await AnswerAsync(token);
            limit.Token.ThrowIfCancellationRequested();
        }
        while (answer.StartsWith("user-1", StringComparison.Ordinal));
        Assert.StartsWith("unknown_key:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_token_is_not_believed_when_its_keys_no_longer_are()
    {
        var token = _forge.Token(("exp", _forge.Now + 86_400));
        await AcceptsTwiceAsync(token);
        _issuer.Serve("gone");
        _clock.Advance(SigningKeys.KeptFor);

        Assert.StartsWith("keys_unavailable:", await AnswerAsync(token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_token_lends_its_trust_to_no_other_text()
    {
        var token = _forge.Token();
        await AcceptsTwiceAsync(token);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.DoesNotContain("user-1", await AnswerAsync(changed), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        var early = _forge.Token(("nbf", _forge.Now + 90), ("exp", _forge.Now + 900));
        Assert.StartsWith("not_yet_valid:", await AnswerAsync(early), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.StartsWith("user-1", await AnswerAsync(early), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_token_is_not_even_decoded_again()
    {
        var options = GuardedApi.Options(_issuer.Url);
        using var client = new KeySetClient(options, _clock, NullLogger<KeySetClient>.Instance);
        var verifier = new TokenVerifier(options, new(client, _clock, NullLogger<SigningKeys>.Instance), _clock);
        var token = _forge.TokenOfLength(15_000);
        await verifier.VerifyAsync(token, Cancel);
        await verifier.VerifyAsync(token, Cancel);

        // What a signature is over has 15,000 bytes, and there is nothing to verify without them.
        var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 100; i++)
        {
            Assert.NotNull((await verifier.VerifyAsync(token, Cancel)).Caller);
        }

        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 100);
    }

    [Fact]
    public void No_more_than_so_many_are_kept_and_always_the_last()
    {
        var tokens = new VerifiedTokens();
        var all = Enumerable.Range(0, 10 * VerifiedTokens.Capacity).Select(i => Known(i, i)).ToList();
        foreach (var token in all)
        {
            tokens.Add(token);
            Assert.Same(token, tokens.Find(token.Digest));
        }

        Assert.InRange(
            all.Count(t => tokens.Find(t.Digest) is not null), VerifiedTokens.Capacity / 2, VerifiedTokens.Capacity);
    }

    [Fact]
    public void The_token_that_expires_first_makes_room()
    {
        var tokens = new VerifiedTokens();
        var longest = Known(0, 1_000_000);
        tokens.Add(longest);
        for (var i = 1; i < 10 * VerifiedTokens.Capacity; i++)
        {
            tokens.Add(Known(i, i));
        }

        Assert.Same(longest, tokens.Find(longest.Digest));
    }

    [Fact]
    public void Threads_at_once_find_each_token_its_own_caller()
    {
        var tokens = new VerifiedTokens();
        var all = Enumerable.Range(0, 2 * VerifiedTokens.Capacity).Select(i => Known(i, i)).ToList();

        Parallel.For(0, 100_000, i =>
        {
            var token = all[i * 7919 % all.Count];
            tokens.Add(token);
            Assert.True(tokens.Find(token.Digest) is not { } found || found.Caller.Subject == token.Caller.Subject);
        });

        Assert.InRange(all.Count(t => tokens.Find(t.Digest) is not null), 1, VerifiedTokens.Capacity);
    }

    private static VerifiedToken Known(int number, long expiry) => new(
        TokenDigest.Of($"token {number}"), new($"user-{number}", "o", new HashSet<string>()),
        DateTimeOffset.FromUnixTimeSeconds(expiry));

    private async Task AcceptsTwiceAsync(string token)
    {
        Assert.StartsWith("user-1", await AnswerAsync(token), StringComparison.Ordinal);
        Assert.StartsWith("user-1", await AnswerAsync(token), StringComparison.Ordinal);
    }

    private async Task<string> AnswerAsync(string token)
    {
        using var answer = await _api.MeAsync(token, Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized
            or HttpStatusCode.ServiceUnavailable);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
