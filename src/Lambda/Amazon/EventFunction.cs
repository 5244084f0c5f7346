using Amazon.Lambda.RuntimeSupport;
using Microsoft.CodeAnalysis;
using PhotoLambda.Lambda;

namespace PhotoLambda;

/// <summary>A function that is not HTTP: events in, answers out, until the process ends.</summary>
[Embedded]
internal static class EventFunction
{
    /// <param name="handler">Reads the event and writes the answer itself.</param>
    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="afterEachResponse">
    /// Done before the answer leaves, since nothing is told when it has; gets the time that is left.
    /// </param>
    public static async Task RunAsync(
        Func<Stream, ILambdaContext, Task<Stream>> handler,
        HttpClient? runtimeApi,
        Action<TimeSpan>? afterEachResponse,
        CancellationToken cancellation)
    {
        var builder = LambdaBootstrapBuilder.Create(async (Stream input, ILambdaContext context) =>
        {
            try
            {
                using var activity = XRayTrace.StartActivity(context.TraceId);
                return await handler(input, context);
            }
            finally
            {
                afterEachResponse?.Invoke(context.RemainingTime);
            }
        });
        if (runtimeApi is not null)
        {
            builder.UseHttpClient(runtimeApi)
                .ConfigureOptions(options => options.RuntimeApiEndpoint = AddressOf(runtimeApi));
        }

        using var bootstrap = builder.Build();
        await bootstrap.RunAsync(cancellation);
    }

    // As AWS_LAMBDA_RUNTIME_API has it: the packages do not look at a client's base address.
    private static string AddressOf(HttpClient client) =>
        (client.BaseAddress!.Authority + client.BaseAddress.AbsolutePath).TrimEnd('/');
}
