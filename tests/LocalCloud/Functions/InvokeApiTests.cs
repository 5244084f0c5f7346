using System.Collections.Concurrent;
using System.Net;
using System.Text;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Tests;

public class InvokeApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo")]
    [InlineData("Echo")]
    [InlineData("echo:$LATEST")]
    [InlineData("arn:aws:lambda:us-east-1:000000000000:function:echo")]
    [InlineData("000000000000:function:echo:$LATEST")]
    public async Task A_function_is_invoked_by_any_of_its_names(string name)
    {
        await using var api = await Api.StartAsync();
        using var answer = await api.InvokeAsync(name, """{"a":1}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"a":1}""", await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal("$LATEST", answer.Headers.GetValues("X-Amz-Executed-Version").Single());
        Assert.False(answer.Headers.Contains("X-Amz-Function-Error"));
    }

    [Fact]
    public async Task An_event_is_kept_and_a_dry_run_does_nothing()
    {
        await using var api = await Api.StartAsync();
        using var kept = await api.InvokeAsync("echo", "1", "Event");
        using var dry = await api.InvokeAsync("echo", "2", "DryRun");

        Assert.Equal(HttpStatusCode.Accepted, kept.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, dry.StatusCode);
        Assert.Equal(["Echo 1"], api.Kept);
    }

    [Theory]
    [InlineData("nobody", "1", "", 404, "ResourceNotFoundException")]
    [InlineData("echo", "{", "", 400, "InvalidRequestContentException")]
    [InlineData("echo", "1 2", "", 400, "InvalidRequestContentException")]
    [InlineData("echo", "1", "Sometimes", 400, "InvalidParameterValueException")]
    public async Task A_wrong_request_is_refused(string name, string body, string type, int status, string error)
    {
        await using var api = await Api.StartAsync();
        using var answer = await api.InvokeAsync(name, body, type);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(error, answer.Headers.GetValues("x-amzn-ErrorType").Single());
    }

    [Theory]
    [InlineData("", PayloadLimits.Synchronous)]
    [InlineData("Event", PayloadLimits.Asynchronous)]
    public async Task A_payload_over_the_limit_is_413(string type, int limit)
    {
        await using var api = await Api.StartAsync();
        using var answer = await api.InvokeAsync("echo", $"\"{new string('a', limit)}\"", type);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_failed_function_is_told_by_a_header_and_a_throttled_one_by_429()
    {
        await using var api = await Api.StartAsync(answering: false);
        var failed = api.InvokeAsync("echo", "1");
        var (id, _, _) = await api.Function.NextAsync(Token);
        await api.Function.PostAsync($"invocation/{id}/error", """{"errorType":"A"}"""u8.ToArray(), Token);
        await using var none = await Api.StartAsync(concurrency: 0);
        using var throttled = await none.InvokeAsync("echo", "1");

        Assert.Equal("Unhandled", (await failed).Headers.GetValues("X-Amz-Function-Error").Single());
        Assert.Equal(HttpStatusCode.TooManyRequests, throttled.StatusCode);
    }

    private sealed class Api(AttachedFunction function) : IAsyncDisposable
    {
        private readonly HttpClient _client = new();
        private LoopbackServer _server = null!;

        public AttachedFunction Function => function;

        public ConcurrentQueue<string> Kept { get; } = [];

        public static async Task<Api> StartAsync(bool answering = true, int? concurrency = null)
        {
            var function = await AttachedFunction.StartAsync(
                Token, AttachedFunction.Resource with { ReservedConcurrency = concurrency });
            if (answering)
            {
                function.Answer(e => e);
            }

            var api = new Api(function);
            var invoke = new InvokeApi(function.Lambda, (id, payload, _) =>
            {
                api.Kept.Enqueue($"{id} {Encoding.UTF8.GetString(payload)}");
                return Task.CompletedTask;
            });
            api._server = await LoopbackServer.StartAsync(
                context => InvokeApi.Matches(context.Request) ? invoke.HandleAsync(context) : Task.CompletedTask,
                Token);
            return api;
        }

        public Task<HttpResponseMessage> InvokeAsync(string name, string body, string type = "")
        {
            var uri = $"{_server.Address}/2015-03-31/functions/{Uri.EscapeDataString(name)}/invocations";
            return _client.SendAsync(
                new HttpRequestMessage(HttpMethod.Post, uri)
                {
                    Content = new StringContent(body),
                    Headers = { { "X-Amz-Invocation-Type", type }, { "X-Amz-Client-Context", "e30=" } },
                },
                Token);
        }

        public async ValueTask DisposeAsync()
        {
            await function.DisposeAsync();
            await _server.DisposeAsync();
            _client.Dispose();
        }
    }
}
