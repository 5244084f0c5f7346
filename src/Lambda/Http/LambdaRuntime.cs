namespace PhotoLambda.Lambda;

/// <summary>Which Runtime API a hosted application works for.</summary>
/// <param name="Client">A client with a base address; null for the API that the environment names.</param>
internal sealed record LambdaRuntime(HttpClient? Client, LambdaEnvironment Environment)
{
    /// <summary>Whether the application asks for events: from then on a failure is no failed start any more.</summary>
    public bool HasStarted { get; set; }

    /// <inheritdoc cref="LambdaBootstrapBuilder.AfterEachResponse"/>
    public Action<TimeSpan>? AfterResponse { get; set; }

    public LambdaBootstrap CreateBootstrap(InvocationHandler handler) =>
        new(handler, initializer: null, Client, Environment) { LeaveSignals = true, AfterResponse = AfterResponse };

    /// <summary>Tells Lambda why the program ends, if it ends before it asked for the first event.</summary>
    public async Task ReportFailedStartAsync(Exception exception)
    {
        if (!HasStarted)
        {
            using var bootstrap = CreateBootstrap(_ => default);
            await bootstrap.ReportInitErrorAsync(exception);
        }
    }
}
