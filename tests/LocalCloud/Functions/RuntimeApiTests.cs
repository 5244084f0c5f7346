using System.Net;
using System.Text;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Tests;

/// <summary>The Runtime API as a runtime client sees it.</summary>
public class RuntimeApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_comes_with_its_headers_and_its_answer_goes_back()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        var before = DateTimeOffset.UtcNow;
        var invocation = new Invocation(
            """{"a":"ü"}"""u8.ToArray(), "Root=1-5e1b4151-43a0913a12345678912345a7", """{"custom":1}""");
        var result = function.Host.InvokeAsync(invocation, Token);

        var (id, payload, response) = await function.NextAsync(Token);
        using var accepted = await function.PostAsync($"invocation/{id}/response", "[1]"u8.ToArray(), Token);

        string Header(string name) => response.Headers.GetValues(name).Single();
        Assert.Equal("""{"a":"ü"}""", payload);
        Assert.Equal(invocation.RequestId, id);
        Assert.Equal(
            "arn:aws:lambda:us-east-1:000000000000:function:echo", Header("Lambda-Runtime-Invoked-Function-Arn"));
        Assert.Equal("Root=1-5e1b4151-43a0913a12345678912345a7", Header("Lambda-Runtime-Trace-Id"));
        Assert.Equal("""{"custom":1}""", Header("Lambda-Runtime-Client-Context"));
        var deadline = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Header("Lambda-Runtime-Deadline-Ms"), null));
        Assert.InRange((deadline - before).TotalSeconds, 19.9, 60);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("[1]", Encoding.UTF8.GetString((await result).Payload.Span));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$", new Invocation([]).TraceId);
    }

    [Fact]
    public async Task A_second_answer_to_an_event_is_refused()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        var result = function.Host.InvokeAsync("1"u8.ToArray(), Token);
        var (id, _, _) = await function.NextAsync(Token);
        using var first = await function.PostAsync($"invocation/{id}/error", [], Token);
        using var second = await function.PostAsync($"invocation/{id}/response", "2"u8.ToArray(), Token);

        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Contains("InvalidRequestID", await second.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains(
            "Runtime.Unknown", Encoding.UTF8.GetString((await result).Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_over_six_megabytes_is_413()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        foreach (var chunked in (bool[])[false, true])
        {
            var result = function.Host.InvokeAsync("1"u8.ToArray(), Token);
            var (id, _, _) = await function.NextAsync(Token);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"2018-06-01/runtime/invocation/{id}/response")
            {
                Content = new ByteArrayContent(new byte[PayloadLimits.Synchronous + 1]),
                Headers = { TransferEncodingChunked = chunked },
            };
            using var refused = await function.Runtime.SendAsync(request, Token);

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
            Assert.Contains(
                "Function.ResponseSizeTooLarge", Encoding.UTF8.GetString((await result).Payload.Span),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_payload_over_six_megabytes_is_not_run()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        var result = await function.Host.InvokeAsync(new byte[PayloadLimits.Synchronous + 1], Token);
        Assert.Equal(Failures.RequestTooLarge, result.FunctionError);
    }

    [Fact]
    public async Task A_function_without_concurrency_is_not_run()
    {
        await using var function = await AttachedFunction.StartAsync(
            Token, AttachedFunction.Resource with { ReservedConcurrency = 0 });
        Assert.Equal(Failures.Throttled, (await function.Host.InvokeAsync("1"u8.ToArray(), Token)).FunctionError);
    }

    [Fact]
    public async Task A_streamed_answer_is_refused_clearly()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        var result = function.Host.InvokeAsync("1"u8.ToArray(), Token);
        var (id, _, _) = await function.NextAsync(Token);
        function.Runtime.DefaultRequestHeaders.Add("Lambda-Runtime-Function-Response-Mode", "streaming");

        using var refused = await function.PostAsync($"invocation/{id}/response", [], Token);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            "Runtime.StreamingNotSupported", Encoding.UTF8.GetString((await result).Payload.Span),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_its_event_out_of_the_queue()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        using var impatient = new CancellationTokenSource();
        var given_up = function.Host.InvokeAsync("1"u8.ToArray(), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given_up);

        var result = function.Host.InvokeAsync("2"u8.ToArray(), Token);
        var (id, payload, _) = await function.NextAsync(Token);
        await function.PostAsync($"invocation/{id}/response", "3"u8.ToArray(), Token);

        Assert.Equal("2", payload);
        Assert.True((await result).Succeeded);
    }

    [Fact]
    public async Task A_poller_that_went_away_gets_no_event()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        using (var leaving = new CancellationTokenSource())
        {
            var poll = function.NextAsync(leaving.Token);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        }

        function.Answer(e => e);
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await function.Host.InvokeAsync("1"u8.ToArray(), Token)).Succeeded);
        }
    }

    [Fact]
    public async Task The_init_error_of_an_attached_function_is_kept()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        using var accepted = await function.PostAsync(
            "init/error", """{"errorType":"Init.Bad","errorMessage":"no database"}"""u8.ToArray(), Token);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("Init.Bad: no database", function.Host.State.LastError);
        Assert.True(function.Host.State.Attached);
    }

    [Theory]
    [InlineData("2018-06-01/runtime/invocation/previous", 404)]
    [InlineData("2020-01-01/extension/event/next", 403)]
    public async Task An_unknown_address_is_refused(string path, int status)
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        using var answer = await function.Runtime.GetAsync(path, Token);
        using var elsewhere = await function.Runtime.GetAsync("/Nobody/2018-06-01/runtime/invocation/next", Token);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task An_internal_extension_registers()
    {
        await using var function = await AttachedFunction.StartAsync(Token);
        using var nameless = await function.Runtime.PostAsync("2020-01-01/extension/register", null, Token);
        function.Runtime.DefaultRequestHeaders.Add("Lambda-Extension-Name", "internal");
        using var registered = await function.Runtime.PostAsync("2020-01-01/extension/register", null, Token);

        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        Assert.Equal(HttpStatusCode.OK, registered.StatusCode);
        Assert.True(registered.Headers.Contains("Lambda-Extension-Identifier"));
        Assert.Equal(
            """{"functionName":"echo","functionVersion":"$LATEST","handler":"Echo"}""",
            await registered.Content.ReadAsStringAsync(Token));
    }
}
