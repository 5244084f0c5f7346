namespace PhotoLambda.Lambda;

/// <summary>Makes a <see cref="LambdaBootstrap"/> out of a handler.</summary>
public sealed class LambdaBootstrapBuilder
{
    private readonly InvocationHandler _handler;
    private readonly LambdaBootstrapOptions _options = new();
    private HttpClient? _client;
    private LambdaBootstrapInitializer? _initializer;
    private Action<TimeSpan>? _afterResponse;

    private LambdaBootstrapBuilder(InvocationHandler handler) => _handler = handler;

    internal LambdaEnvironment Environment { get; init; } = LambdaEnvironment.Process;

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(
        Func<TInput, ILambdaContext, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        new(HandlerAdapter.Adapt(handler, serializer));

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(
        Func<TInput, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        new(HandlerAdapter.Adapt<TInput, TOutput>((input, _) => handler(input), serializer));

    /// <summary>For a handler with nothing to return: the response is empty.</summary>
    public static LambdaBootstrapBuilder Create<TInput>(
        Func<TInput, ILambdaContext, Task> handler, ILambdaSerializer serializer) =>
        new(HandlerAdapter.Adapt(handler, serializer));

    /// <inheritdoc cref="Create{TInput}(Func{TInput, ILambdaContext, Task}, ILambdaSerializer)"/>
    public static LambdaBootstrapBuilder Create<TInput>(Func<TInput, Task> handler, ILambdaSerializer serializer) =>
        new(HandlerAdapter.Adapt<TInput>((input, _) => handler(input), serializer));

    /// <summary>For a handler that reads the event and writes the response itself.</summary>
    public static LambdaBootstrapBuilder Create(Func<Stream, ILambdaContext, Task<Stream>> handler) =>
        new(HandlerAdapter.Adapt(handler));

    /// <inheritdoc cref="Create(Func{Stream, ILambdaContext, Task{Stream}})"/>
    public static LambdaBootstrapBuilder Create(Func<Stream, Task<Stream>> handler) =>
        new(HandlerAdapter.Adapt((input, _) => handler(input)));

    /// <summary>
    /// The client for the Runtime API. This layer takes the client's base address, where it has one, in place of
    /// AWS_LAMBDA_RUNTIME_API: so a test, or a program that is its own host, starts a function within its process.
    /// </summary>
    public LambdaBootstrapBuilder UseHttpClient(HttpClient httpClient)
    {
        _client = httpClient;
        return this;
    }

    /// <summary>What is to be done before the first event; if it throws, Lambda is told of a failed start.</summary>
    public LambdaBootstrapBuilder UseBootstrapHandler(LambdaBootstrapInitializer lambdaBootstrapInitializer)
    {
        _initializer = lambdaBootstrapInitializer;
        return this;
    }

    /// <summary>
    /// What is to be done when the response is on its way and before the process may be frozen. It gets the time that
    /// is left, must not throw, and its time is paid for, but no caller waits for it.
    /// </summary>
    public LambdaBootstrapBuilder AfterEachResponse(Action<TimeSpan> action)
    {
        _afterResponse = action;
        return this;
    }

    public LambdaBootstrapBuilder ConfigureOptions(Action<LambdaBootstrapOptions>? options = null)
    {
        options?.Invoke(_options);
        return this;
    }

    /// <exception cref="InvalidOperationException">
    /// Nothing tells where the Runtime API is: the program was not started by Lambda.
    /// </exception>
    public LambdaBootstrap Build()
    {
        if (_client is { BaseAddress: null })
        {
            _client.BaseAddress = RuntimeEndpoint.Parse(_options.RuntimeApiEndpoint ?? Environment.RuntimeApi);
        }

        return new LambdaBootstrap(_handler, _initializer, _client, Environment, _options.RuntimeApiEndpoint)
        {
            AfterResponse = _afterResponse,
        };
    }
}
