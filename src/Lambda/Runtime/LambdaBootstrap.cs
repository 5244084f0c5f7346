using System.Runtime.InteropServices;

namespace PhotoLambda.Lambda;

/// <summary>Takes events from the Runtime API one by one and sends back what the handler makes of them.</summary>
public sealed class LambdaBootstrap : IDisposable
{
    private readonly InvocationHandler _handler;
    private readonly LambdaBootstrapInitializer? _initializer;
    private readonly LambdaEnvironment _environment;
    private readonly LambdaLog _log;
    private readonly HttpMessageInvoker _client;
    private readonly Uri _address;
    private readonly RuntimeApiClient _api;
    private readonly bool _ownsClient;

    /// <param name="client">A client with a base address; null for the one that the environment tells of.</param>
    internal LambdaBootstrap(
        InvocationHandler handler,
        LambdaBootstrapInitializer? initializer,
        HttpClient? client,
        LambdaEnvironment environment,
        string? endpoint = null)
    {
        _handler = handler;
        _initializer = initializer;
        _environment = environment;
        _log = environment.Log;
        _ownsClient = client is null;
        _address = client is null
            ? RuntimeEndpoint.Parse(endpoint ?? environment.RuntimeApi)
            : client.BaseAddress
                ?? throw new ArgumentException("The client needs a BaseAddress: that of the Runtime API.", nameof(client));
        _client = client ?? RuntimeEndpoint.CreateClient();
        _api = new RuntimeApiClient(_client, _address, _log);
    }

    /// <summary>True in a server whose host sees to the signal itself.</summary>
    internal bool LeaveSignals { get; init; }

    /// <inheritdoc cref="LambdaBootstrapBuilder.AfterEachResponse"/>
    internal Action<TimeSpan>? AfterResponse { get; init; }

    /// <summary>Runs until cancelled or, as a process, until SIGTERM. An event in hand is answered first.</summary>
    /// <exception cref="RuntimeApiException">The Runtime API failed; the process is to end with an error.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signal = _ownsClient && !LeaveSignals
            ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            })
            : null;
        try
        {
            if (await InitializeAsync(stop.Token))
            {
                await PollAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    public void Dispose()
    {
        if (_ownsClient)
        {
            _client.Dispose();
        }
    }

    /// <summary>Reports that the function cannot start; a host that does not listen is only logged.</summary>
    internal async Task ReportInitErrorAsync(Exception exception)
    {
        _log.Error("The function failed to start.", exception);
        try
        {
            await _api.FailInitAsync(exception);
        }
        catch (Exception e) when (e is HttpRequestException or RuntimeApiException)
        {
            _log.Error("The failed start could not be reported.", e);
        }
    }

    private async Task<bool> InitializeAsync(CancellationToken cancellationToken)
    {
        if (_ownsClient)
        {
            HeapLimit.Apply(_environment);
        }

        try
        {
            if (_initializer is not null && !await _initializer())
            {
                return false;
            }
        }
        catch (Exception e) // The boundary of the process: whatever the function's own start throws.
        {
            await ReportInitErrorAsync(e);
            throw;
        }

        if (_ownsClient)
        {
            await new ShutdownExtension(_client, _address).RegisterAsync(cancellationToken);
        }

        return true;
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        while (await _api.NextAsync(cancellationToken) is var (headers, payload))
        {
            using var context = new LambdaContext(headers, _environment, _log);
            await InvokeAsync(new Invocation(context, headers, payload));
            AfterResponse?.Invoke(context.RemainingTime);
            if (_environment.RunOnce)
            {
                return;
            }
        }
    }

    private async Task InvokeAsync(Invocation invocation)
    {
        var headers = invocation.Headers;
        _environment["_X_AMZN_TRACE_ID"] = headers.TraceId;
        LambdaContext.Current = invocation.Context;
        ReadOnlyMemory<byte> response;
        try
        {
            response = await _handler(invocation);
        }
        catch (Exception e) // The boundary of an invocation: it fails, the process goes on.
        {
            _log.Error("The invocation failed.", e);
            await _api.FailAsync(headers.RequestId, e);
            return;
        }

        await _api.RespondAsync(headers.RequestId, response);
    }
}
