namespace PhotoLambda.Lambda;

/// <summary>A function that is not HTTP: events in, answers out, until the process ends.</summary>
public static class EventFunction
{
    /// <param name="handler">Reads the event and writes the answer itself.</param>
    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="afterEachResponse">As of <see cref="LambdaBootstrapBuilder.AfterEachResponse"/>.</param>
    public static async Task RunAsync(
        Func<Stream, ILambdaContext, Task<Stream>> handler,
        HttpClient? runtimeApi,
        Action<TimeSpan>? afterEachResponse,
        CancellationToken cancellation)
    {
        var builder = LambdaBootstrapBuilder.Create(handler);
        if (runtimeApi is not null)
        {
            builder.UseHttpClient(runtimeApi);
        }

        if (afterEachResponse is not null)
        {
            builder.AfterEachResponse(afterEachResponse);
        }

        using var bootstrap = builder.Build();
        await bootstrap.RunAsync(cancellation);
    }
}
