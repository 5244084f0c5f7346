using System.Text;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

/// <summary>A function that runs against a fake Runtime API, by an environment such as Lambda sets.</summary>
internal sealed class LambdaProcess : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private LambdaProcess(FakeRuntimeApi api, LambdaEnvironment environment, Func<CancellationToken, Task> run)
    {
        Api = api;
        Environment = environment;
        Running = Task.Run(() => run(_stop.Token));
    }

    public FakeRuntimeApi Api { get; }

    public LambdaEnvironment Environment { get; }

    /// <summary>Ends as the process would: with an exception where that ends with an error.</summary>
    public Task Running { get; }

    /// <summary>What the function wrote to its log.</summary>
    public MemoryStream LogOutput { get; private init; } = new();

    public static LambdaEnvironment NewEnvironment(string endpoint, params (string Name, string Value)[] variables) =>
        NewEnvironment(endpoint, Stream.Null, variables);

    public static LambdaEnvironment NewEnvironment(
        string endpoint, Stream logOutput, params (string Name, string Value)[] variables) =>
        new(variables.Prepend(("AWS_LAMBDA_RUNTIME_API", endpoint))
            .Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2)), logOutput);

    public static LambdaProcess Start(
        FakeRuntimeApi api,
        Func<string, ILambdaContext, Task<string>> handler,
        params (string Name, string Value)[] variables) =>
        Start(api, handler, initializer: null, variables);

    public static LambdaProcess Start(
        FakeRuntimeApi api,
        Func<string, ILambdaContext, Task<string>> handler,
        LambdaBootstrapInitializer? initializer,
        params (string Name, string Value)[] variables)
    {
        var output = new MemoryStream();
        var environment = NewEnvironment(api.Endpoint, output, variables);
        var bootstrap = new LambdaBootstrap(
            async invocation => Encoding.UTF8.GetBytes(
                await handler(Encoding.UTF8.GetString(invocation.Payload), invocation.Context)),
            initializer,
            client: null,
            environment);
        return new LambdaProcess(api, environment, async token =>
        {
            using (bootstrap)
            {
                await bootstrap.RunAsync(token);
            }
        })
        {
            LogOutput = output,
        };
    }

    public static LambdaProcess Start(FakeRuntimeApi api, LambdaBootstrapBuilder builder) =>
        new(api, LambdaEnvironment.Process, async token =>
        {
            using var client = api.NewClient();
            using var bootstrap = builder.UseHttpClient(client).Build();
            await bootstrap.RunAsync(token);
        });

    public Task<FakeAnswer> InvokeAsync(string payload, params (string Name, string Value)[] headers) =>
        Api.InvokeAsync(payload, headers);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (!Running.IsFaulted)
        {
            await Running;
        }

        _stop.Dispose();
    }
}
