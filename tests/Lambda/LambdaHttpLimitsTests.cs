using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using static PhotoLambda.Tests.LambdaHttpEvents;

namespace PhotoLambda.Tests;

public class LambdaHttpLimitsTests
{
    private const int Limit = 6 * 1024 * 1024;

    [Theory]
    [InlineData(Limit, false)]
    [InlineData((Limit / 4 * 3) + 1, true)]
    [InlineData(3 * Limit, false)]
    public async Task A_response_over_six_megabytes_is_a_413_that_names_limit_and_size(int length, bool binary)
    {
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            http.Response.Headers["X-Secret"] = "of the other response";
            var block = new byte[65_536];
            Array.Fill(block, binary ? (byte)0xff : (byte)'x');
            for (var left = length; left > 0; left -= block.Length)
            {
                await http.Response.Body.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
            }
        });

        var answer = await app.SendAsync(Two("GET", "/"));

        Assert.Equal((413, null), (answer.Status, answer.Header("X-Secret")));
        Assert.Equal("urn:problem:response-too-large", answer.Problem.GetProperty("type").GetString());
        Assert.Equal(Limit, answer.Problem.GetProperty("limit_bytes").GetInt32());
        var size = answer.Problem.GetProperty("size_bytes").GetInt64();
        Assert.InRange(size, Math.Max(length, Limit), (length * 4L / 3) + 500);
    }

    [Fact]
    public async Task A_response_just_under_six_megabytes_passes()
    {
        await using var app = await LambdaWebApp.TellAsync(_ => new string('x', Limit - 200));

        var answer = await app.SendAsync(Two("GET", "/"));

        Assert.Equal((200, Limit - 200), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public async Task An_exception_is_a_500_that_tells_nothing_of_the_inside()
    {
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            await http.Response.WriteAsync("half");
            throw new InvalidOperationException("secret");
        });

        var answer = await app.SendAsync(Two("GET", "/"));

        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(answer.Problem.GetProperty("request_id").GetString(), out _));
    }

    [Fact]
    public async Task A_request_that_cannot_be_bound_is_the_clients_error()
    {
        await using var app = await LambdaWebApp.RunAsync(_ => throw new BadHttpRequestException("no number", 422));

        var answer = await app.SendAsync(Two("GET", "/"));

        Assert.Equal((422, "no number"), (answer.Status, answer.Problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_request_that_heeds_its_deadline_is_a_504()
    {
        await using var app = await LambdaWebApp.RunAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));

        var answer = await app.SendAsync(Two("GET", "/"), DeadlineIn(0.4));

        Assert.Equal((504, "urn:problem:timeout"), (answer.Status, answer.Problem.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task A_499_at_the_deadline_is_a_504_for_the_client()
    {
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        });

        Assert.Equal(504, (await app.SendAsync(Two("GET", "/"), DeadlineIn(0.4))).Status);
    }

    [Fact]
    public async Task A_request_that_ignores_its_deadline_is_a_504_and_does_not_disturb_the_next()
    {
        var release = new TaskCompletionSource();
        var late = new TaskCompletionSource();
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            if (http.Request.Path == "/slow")
            {
                await release.Task;
                await http.Response.WriteAsync("too late");
                late.SetResult();
                return;
            }

            release.SetResult();
            await late.Task;
            await http.Response.WriteAsync("mine");
        });

        var slow = await app.SendAsync(Two("GET", "/slow"), DeadlineIn(0.3));
        var next = await app.SendAsync(Two("GET", "/next"));

        Assert.Equal((504, "mine"), (slow.Status, next.Body));
    }

    [Fact]
    public async Task A_request_with_time_left_is_not_aborted()
    {
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            await Task.Yield();
            Assert.False(http.RequestAborted.IsCancellationRequested);
            http.Abort();
            Assert.True(http.RequestAborted.IsCancellationRequested);
            http.Features.Set<IHttpRequestLifetimeFeature>(null);
            Assert.Null(http.Features.Get<IHttpRequestLifetimeFeature>());
            Assert.NotEmpty(http.Features);
            http.Response.OnCompleted(() => throw new InvalidOperationException("too late to matter"));
        });

        Assert.Equal(200, (await app.SendAsync(Two("GET", "/"), DeadlineIn(1e9))).Status);
    }

    private static (string Name, string Value) DeadlineIn(double seconds) =>
        LambdaContextTests.Deadline(TimeSpan.FromSeconds(seconds));
}
