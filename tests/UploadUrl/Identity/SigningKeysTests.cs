using System.Net;
using Microsoft.AspNetCore.Http;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.Tests;

public sealed class SigningKeysTests : IAsyncLifetime
{
    private readonly IdentityClock _clock = new();
    private readonly TokenForge _old;
    private readonly TokenForge _new;
    private KeySetServer _issuer = null!;
    private GuardedApi _api = null!;

    public SigningKeysTests() => (_old, _new) = (new(_clock), new(_clock));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string NewHeader => """{"alg":"ES256","kid":"new"}""";

    private string OldKeys => TokenForge.KeySet(_old.EcKey());

    private string BothKeys => TokenForge.KeySet(_old.EcKey(), _new.EcKey("new"));

    public async ValueTask InitializeAsync()
    {
        _issuer = await KeySetServer.StartAsync(OldKeys);
        _api = await GuardedApi.StartAsync(GuardedApi.Options(_issuer.Url), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Two_hundred_first_requests_cause_one_fetch()
    {
        var release = new TaskCompletionSource();
        _issuer.Answer = async context =>
        {
            await release.Task.WaitAsync(Cancel);
            await context.Response.WriteAsync(OldKeys);
        };
        var requests = Enumerable.Range(0, 200).Select(_ => StatusAsync(_old.Token())).ToList();
        await ReachesAsync(1);
        release.SetResult();

        Assert.All(await Task.WhenAll(requests), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, _issuer.Requests);
    }

    [Fact]
    public async Task A_token_under_a_key_that_is_new_is_accepted_at_once()
    {
        await StatusAsync(_old.Token());
        _issuer.Serve(BothKeys);

        var statuses = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => StatusAsync(_new.Under(NewHeader))));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(2, _issuer.Requests);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token()));
    }

    [Fact]
    public async Task Unknown_keys_cause_one_fetch_a_minute()
    {
        await StatusAsync(_old.Token());
        for (var i = 0; i < 50; i++)
        {
            var token = _old.Under($$"""{"alg":"ES256","kid":"{{i}}"}""");
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
        }

        Assert.Equal(2, _issuer.Requests);
        _clock.Advance(SigningKeys.RefreshInterval);
        await StatusAsync(_old.Under("""{"alg":"ES256","kid":"x"}"""));
        await StatusAsync(_old.Under("""{"alg":"ES256","kid":"y"}"""));
        Assert.Equal(3, _issuer.Requests);
    }

    [Fact]
    public async Task A_token_without_a_key_id_causes_no_fetch()
    {
        await StatusAsync(_old.Token());

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_new.Under("""{"alg":"ES256"}""")));
        Assert.Equal(1, _issuer.Requests);
    }

    [Fact]
    public async Task Old_keys_are_renewed_behind_the_back_of_a_request()
    {
        await StatusAsync(_old.Token());
        _issuer.Serve(BothKeys);
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token()));
        await ReachesAsync(2);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_new.Under(NewHeader)));
        Assert.Equal(2, _issuer.Requests);
    }

    [Theory]
    [InlineData("max-age=300", 299, 1)]
    [InlineData("max-age=300", 300, 2)]
    [InlineData("max-age=0", 59, 1)]
    [InlineData("max-age=0", 60, 2)]
    [InlineData("max-age=999999999", 3599, 1)]
    [InlineData("max-age=999999999", 3600, 2)]
    [InlineData("no-cache", 599, 1)]
    [InlineData(null, 600, 2)]
    public async Task The_issuer_says_how_long_its_keys_last_within_bounds(string? header, int seconds, int fetches)
    {
        _issuer.Serve(OldKeys, header);
        await StatusAsync(_old.Token());
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token(("exp", _old.Now + 9))));
        await ReachesAsync(fetches);
        Assert.Equal(fetches, _issuer.Requests);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("302")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[1,null,"x",{}]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("large")]
    [InlineData("hangup")]
    public async Task A_failed_renewal_leaves_the_old_keys(string answer)
    {
        await StatusAsync(_old.Token());
        Fail(answer);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token()));
        await ReachesAsync(2);
        // Waits for the failed one, since a fetch that is under way is joined.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_new.Under(NewHeader)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token()));
    }

    [Fact]
    public async Task Keys_that_could_not_be_renewed_for_long_are_no_longer_believed()
    {
        await StatusAsync(_old.Token());
        Fail("500");
        _clock.Advance(SigningKeys.KeptFor);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(_old.Token()));
    }

    [Fact]
    public async Task A_failed_start_is_a_503_and_is_tried_again()
    {
        Fail("500");
        using (var answer = await _api.MeAsync(_old.Token(), Cancel))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("5", answer.Headers.RetryAfter?.ToString());
            Assert.Empty(answer.Headers.WwwAuthenticate);
        }

        await StatusAsync(_old.Token());
        Assert.Equal(1, _issuer.Requests);
        _issuer.Serve(OldKeys);
        _clock.Advance(SigningKeys.StartInterval);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.Token()));
        Assert.Equal(2, _issuer.Requests);
    }

    [Fact]
    public async Task A_token_that_is_refused_anyway_causes_no_fetch()
    {
        await StatusAsync("a.b.c");
        await StatusAsync(_old.Under("""{"alg":"none"}"""));
        await StatusAsync(new string('x', 20_000));

        Assert.Equal(0, _issuer.Requests);
    }

    [Fact]
    public async Task A_renewal_without_the_old_key_ends_it()
    {
        await StatusAsync(_old.Token());
        _issuer.Serve(TokenForge.KeySet(_new.EcKey("new")));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_new.Under(NewHeader)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_old.Token()));
    }

    [Fact]
    public async Task A_token_over_16_KiB_is_refused_before_any_key_is_asked_for()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_old.TokenOfLength(CompactToken.MaxLength + 1)));
        Assert.Equal(0, _issuer.Requests);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_old.TokenOfLength(CompactToken.MaxLength)));
        Assert.Equal(1, _issuer.Requests);
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var answer = await _api.MeAsync(token, Cancel);
        return answer.StatusCode;
    }

    private void Fail(string answer) => _issuer.Answer = context =>
    {
        switch (answer)
        {
            case "500" or "302":
                context.Response.StatusCode = int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
                context.Response.Headers.Location = "/elsewhere";
                return Task.CompletedTask;
            case "hangup":
                context.Abort();
                return Task.CompletedTask;
            case "large":
                return context.Response.WriteAsync($$"""{"x":"{{new string('x', 300_000)}}",""" + BothKeys[1..]);
            default:
                return context.Response.WriteAsync(answer);
        }
    };

    private async Task ReachesAsync(int requests)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (_issuer.Requests < requests)
        {
            await Task.Delay(2, limit.Token);
        }
    }
}
