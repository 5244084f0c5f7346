using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PhotoLambda.Lambda;
using static PhotoLambda.Tests.LambdaHttpEvents;

namespace PhotoLambda.Tests;

public class LambdaHostingTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outside_lambda_the_same_program_listens_on_kestrel()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        using var unrelated = new HttpClient();
        builder.Services.AddSingleton(unrelated).AddAWSLambdaHosting(LambdaEventSource.HttpApi);
        await using var app = builder.Build();
        app.Run(http => http.Response.WriteAsync($"{http.Items.Count}"));
        await app.StartAsync(Token);

        using var client = new HttpClient();
        Assert.Equal("0", await client.GetStringAsync(new Uri(app.Urls.First()), Token));
    }

    [Fact]
    public async Task Within_lambda_the_environment_names_the_runtime_api()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.RegisterWith = HttpStatusCode.OK;
        await using var app = Build(api);
        await app.StartAsync(Token);

        var answer = new LambdaHttpAnswer((await api.InvokeAsync(JsonSerializer.Serialize(Two("GET", "/")))).Json);

        Assert.Equal((200, "ok"), (answer.Status, answer.Body));
        Assert.True(api.Registration.Task.IsCompleted);
        Assert.Empty(app.Urls);
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task No_event_is_asked_for_before_the_whole_host_has_started()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        var started = new TaskCompletionSource();
        await using var app = Build(api, services => services.AddHostedService(_ => new SlowStart(async () =>
        {
            await started.Task;
            Assert.Empty(api.Requests);
        })));

        var starting = app.StartAsync(Token);
        started.SetResult();
        await starting;
        await api.Asked.WaitAsync(Token);
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task A_runtime_api_that_fails_ends_the_program_with_an_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.AnswerWith = HttpStatusCode.InternalServerError;
        await using var app = Build(api);
        var running = app.RunAsync(Token);

        await api.InvokeAsync(JsonSerializer.Serialize(Two("GET", "/")));

        await Assert.ThrowsAnyAsync<Exception>(() => running.WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    [Fact]
    public async Task A_start_that_fails_is_reported_once_and_only_before_the_first_event()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        var runtime = new LambdaRuntime(Client: null, LambdaProcess.NewEnvironment(api.Endpoint));

        await runtime.ReportFailedStartAsync(new FormatException("no setting"));
        runtime.HasStarted = true;
        await runtime.ReportFailedStartAsync(new FormatException("later"));

        Assert.Equal("no setting", (await api.InitError.Task).Json.GetProperty("errorMessage").GetString());
        Assert.Single(api.Requests);
    }

    [Fact]
    public void An_unknown_source_of_events_is_refused()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddAWSLambdaHosting((LambdaEventSource)7));
    }

    private static WebApplication Build(FakeRuntimeApi api, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLambdaServer(new LambdaRuntime(Client: null, LambdaProcess.NewEnvironment(api.Endpoint)));
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.Run(http => http.Response.WriteAsync("ok"));
        return app;
    }

    private sealed class SlowStart(Func<Task> start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
