using System.Text.Json;
using PhotoLambda.Aws;

namespace PhotoLambda.Migrate;

/// <summary>The function of deployments: brings the database up to date, for CloudFormation or by hand.</summary>
public static class MigrateFunction
{
    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        using var logging = LambdaLoggerFactory.Create();
        using var http = AwsHttp.NewClient();
        var logger = logging.CreateLogger("Migrate");
        // Settings are read for each event: CloudFormation waits an hour for a function that ends at its start.
        var work = new MigrateWork(Settings.Of(settings), logger);
        var handler = new MigrateHandler(work, new ResponseSender(http, logger), logger);
        await EventFunction.RunAsync(async (Stream input, ILambdaContext context) =>
        {
            using var time = new MigrateTime(context.RemainingTime);
            var report = await handler.HandleAsync(input, time);
            return (Stream)new MemoryStream(
                JsonSerializer.SerializeToUtf8Bytes(report, MigrateJson.Default.MigrateReport));
        }, runtimeApi, afterEachResponse: null, cancellation);
    }
}
