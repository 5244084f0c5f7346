using System.Text.Json;
using Microsoft.Extensions.Logging;
using PhotoLambda.Database;
using PhotoLambda.S3;
using PhotoLambda.Signals;

namespace PhotoLambda.Sweep;

/// <summary>The function of the schedule: what requests and events left undone.</summary>
public static class SweepFunction
{
    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        Func<string, string?> variable = v =>
            settings?.GetValueOrDefault(v) ?? Environment.GetEnvironmentVariable(v);
        var options = SweepOptions.Read(variable);
        var metrics = new SweepMetrics(MetricsLog.Open(variable), variable("AWS_LAMBDA_FUNCTION_NAME") ?? "sweep");
        using var traces = Traces.Open("photolambda-sweep", variable);
        using var logging = LoggerFactory.Create(builder => builder.AddLambdaLogger());
        await using var database = FunctionDatabase.Open(options.Database);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        var logger = logging.CreateLogger("Sweep");
        var handler = new SweepHandler(
            new DeletionSweep(new DeletionStore(database), new Buckets(http, options.Aws), logger),
            new ExpiredRows(database),
            metrics,
            logger);

        // The event says no more than that it is time.
        var builder = LambdaBootstrapBuilder.Create(async (Stream _, ILambdaContext context) =>
        {
            using var time = new SweepTime(context.RemainingTime);
            var done = await handler.HandleAsync(time);
            return (Stream)new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(done, SweepJson.Default.SweepReport));
        });
        if (runtimeApi is not null)
        {
            builder.UseHttpClient(runtimeApi);
        }

        if (traces is not null)
        {
            builder.AfterEachResponse(traces.Flush);
        }

        using var bootstrap = builder.Build();
        await bootstrap.RunAsync(cancellation);
    }
}
