using System.Net;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public class LambdaShutdownTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_extension_without_events_is_registered_before_the_first_event_and_keeps_waiting()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.RegisterWith = HttpStatusCode.OK;
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        await function.InvokeAsync("{}");
        await api.ExtensionWaits.Task.WaitAsync(Token);

        var registration = await api.Registration.Task;
        Assert.Equal("""{"events":[]}""", registration.Text);
        Assert.Equal("photolambda", registration.Headers["Lambda-Extension-Name"]);
        Assert.Equal("POST /2020-01-01/extension/register", api.Requests.First());
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(null)]
    public async Task A_host_without_extensions_gets_the_function_all_the_same(HttpStatusCode? refusal)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.RegisterWith = refusal;
        await using var function = LambdaProcess.Start(api, (text, _) => Task.FromResult(text));

        Assert.Equal("1", (await function.InvokeAsync("1")).Text);
        Assert.False(api.ExtensionWaits.Task.IsCompleted);
    }

    [Fact]
    public async Task An_extension_host_that_cannot_be_reached_does_not_matter()
    {
        using var client = RuntimeEndpoint.CreateClient();

        Assert.False(await new ShutdownExtension(client, RuntimeEndpoint.Parse("127.0.0.1:1")).RegisterAsync(Token));
    }

    [Fact]
    public async Task A_function_in_a_test_registers_nothing()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, LambdaBootstrapBuilder.Create(stream => Task.FromResult(stream)));

        await function.InvokeAsync("{}");

        Assert.False(api.Registration.Task.IsCompleted);
    }

    [Fact]
    public void The_collector_is_told_three_quarters_of_the_memory()
    {
        // Far more than the tests use, so that nothing changes for them.
        var environment = LambdaProcess.NewEnvironment("h:1", ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "40000"));

        Assert.Equal(30_000ul * 1024 * 1024, HeapLimit.Apply(environment));
    }

    [Theory]
    [InlineData("512", "true")]
    [InlineData("0", "")]
    [InlineData("much", "")]
    [InlineData("", "")]
    public void The_collector_is_left_alone_without_a_size_or_when_asked_to(string size, string optOut)
    {
        var environment = LambdaProcess.NewEnvironment(
            "h:1", ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", size), (HeapLimit.OptOut, optOut));

        Assert.Null(HeapLimit.Apply(environment));
    }

    [Fact]
    public void A_limit_below_what_is_in_use_is_not_set()
    {
        var environment = LambdaProcess.NewEnvironment("h:1", ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1"));

        Assert.Null(HeapLimit.Apply(environment));
    }
}
