using System.Net;
using System.Text;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public class LambdaBootstrapTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/MyFunction")]
    public async Task The_runtime_api_may_have_a_function_name_after_its_port(string prefix)
    {
        await using var api = await FakeRuntimeApi.StartAsync(prefix);
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text + "!"));

        var answer = await function.InvokeAsync("\"hello\"");

        Assert.Equal(("response", "\"hello\"!"), (answer.Kind, answer.Text));
        Assert.Contains($"GET {prefix}/2018-06-01/runtime/invocation/next", api.Requests);
    }

    [Fact]
    public async Task A_response_has_its_length_its_type_and_the_name_of_the_runtime()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        var answer = await function.InvokeAsync("[1]");

        Assert.Equal("3", answer.Headers["Content-Length"]);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.All(api.UserAgents, agent => Assert.Matches(@"^aws-lambda-custom/\d+\.\d+\.\d+$", agent));
    }

    [Fact]
    public async Task Events_and_answers_go_over_one_connection()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        for (var i = 0; i < 20; i++)
        {
            await function.InvokeAsync("{}");
        }

        Assert.Single(api.Connections);
    }

    [Fact]
    public async Task An_empty_event_and_one_of_six_megabytes_arrive_whole()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (text, _) => Task.FromResult(text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal("0", (await function.InvokeAsync("")).Text);
        Assert.Equal("6291456", (await function.InvokeAsync(new string('x', 6 * 1024 * 1024))).Text);
    }

    [Theory]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task A_refused_response_does_not_end_the_function(HttpStatusCode refusal)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.AnswerWith = refusal;
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        Assert.Equal("1", (await function.InvokeAsync("1")).Text);
        Assert.Equal("2", (await function.InvokeAsync("2")).Text);
    }

    [Fact]
    public async Task A_runtime_api_that_fails_ends_the_function_with_an_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.AnswerWith = HttpStatusCode.InternalServerError;
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        await function.InvokeAsync("1");

        var failure = await Assert.ThrowsAsync<RuntimeApiException>(() => function.Running.WaitAsync(Token));
        Assert.Contains("response", failure.Message, StringComparison.Ordinal);
        Assert.Contains("500", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_api_without_events_ends_the_function_with_an_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.NextWith = HttpStatusCode.Forbidden;
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        await Assert.ThrowsAsync<RuntimeApiException>(() => function.Running.WaitAsync(Token));
    }

    [Fact]
    public async Task An_event_without_a_request_id_ends_the_function_with_an_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        await api.SendRawAsync("{}");

        await Assert.ThrowsAsync<RuntimeApiException>(() => function.Running.WaitAsync(Token));
    }

    [Fact]
    public async Task The_run_once_switch_ends_the_function_after_one_event()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (text, _) => Task.FromResult(text), ("AWS_LAMBDA_DOTNET_DEBUG_RUN_ONCE", "true"));

        await function.InvokeAsync("1");
        await function.Running.WaitAsync(Token);

        Assert.Single(api.Requests, request => request.EndsWith("/next", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_with_a_timeout_asks_again()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        using var client = api.NewClient();
        client.Timeout = TimeSpan.FromMilliseconds(30);
        using var bootstrap = LambdaBootstrapBuilder.Create(stream => Task.FromResult(stream))
            .UseHttpClient(client)
            .Build();
        using var stop = new CancellationTokenSource();
        var running = bootstrap.RunAsync(stop.Token);

        for (var i = 0; i < 3; i++)
        {
            await api.Asked.WaitAsync(Token);
        }

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task The_invocation_in_hand_is_answered_before_the_function_stops()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        using var stop = new CancellationTokenSource();
        using var client = api.NewClient();
        using var bootstrap = LambdaBootstrapBuilder
            .Create(async stream =>
            {
                await stop.CancelAsync();
                return stream;
            })
            .UseHttpClient(client)
            .Build();
        var running = bootstrap.RunAsync(stop.Token);

        Assert.Equal("7", (await api.InvokeAsync("7")).Text);
        await running;
    }

    [Fact]
    public void A_program_outside_lambda_is_told_what_is_missing()
    {
        var builder = LambdaBootstrapBuilder.Create(stream => Task.FromResult(stream));

        var error = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Contains("AWS_LAMBDA_RUNTIME_API", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_is_none_is_told_so()
    {
        var builder = LambdaBootstrapBuilder.Create(stream => Task.FromResult(stream))
            .ConfigureOptions(options => options.RuntimeApiEndpoint = "not a host:x");

        var error = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Contains("not a host:x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_name_the_endpoint_for_a_client_without_an_address()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        using var client = new HttpClient();
        using var bootstrap = LambdaBootstrapBuilder
            .Create((_, _) => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes("made"))))
            .ConfigureOptions(options => options.RuntimeApiEndpoint = api.Endpoint)
            .UseHttpClient(client)
            .Build();
        using var stop = new CancellationTokenSource();
        var running = bootstrap.RunAsync(stop.Token);

        Assert.Equal("made", (await api.InvokeAsync("{}")).Text);
        await stop.CancelAsync();
        await running;
    }
}
