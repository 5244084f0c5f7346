using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Bulk;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.Signals;
using PhotoLambda.Sqs;

namespace PhotoLambda.BulkIngest;

/// <summary>The function behind the queue of descriptors.</summary>
public static class BulkIngestFunction
{
    /// <summary>To the database, at most: two keep both its and the function's processor busy.</summary>
    internal const int Connections = 2;

    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        var variable = Settings.Of(settings);
        var options = BulkIngestOptions.Read(variable);
        await using var database = FunctionDatabase.Open(options.Database, Connections);
        var connection = new FirstConnection(database);
        var name = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "bulk-ingest";
        var metrics = new IngestMetrics(MetricsLog.Open(variable), name);
        using var traces = Traces.Open("photolambda-bulk-ingest", variable);
        using var logging = LambdaLoggerFactory.Create();
        using var http = AwsHttp.NewClient();
        var handler = Build(options, database, http, metrics, logging.CreateLogger("BulkIngest"));

        await EventFunction.RunAsync(async (Stream input, ILambdaContext context) =>
        {
            using var time = new InvocationTime(context.RemainingTime);
            await connection.ReadyAsync();
            return (Stream)new MemoryStream(await handler.HandleAsync(input, time));
        }, runtimeApi, traces is null ? null : traces.Flush, cancellation);
    }

    private static BulkIngestHandler Build(
        BulkIngestOptions options,
        NpgsqlDataSource database,
        HttpClient http,
        IngestMetrics metrics,
        ILogger logger)
    {
        // A thousand photos are a hundred requests.
        var patience = new QueueClientOptions { Parallelism = 16 };
        var jobs = new QueueClient(http, options.Aws, options.DetectionQueueUrl.OriginalString, patience);
        var looks = new QueueClient(http, options.Aws, options.ObjectCreatedQueueUrl.OriginalString, patience);
        return new BulkIngestHandler(
            new BulkInsert(database, options.OriginalsBucket, StoredEffects.JobsAndLooks, Connections, logger),
            new IngestLedger(database),
            new JobRelay(database, jobs, logger),
            new JobRelay(database, looks, logger, OutboxQueue.Looks),
            options.OriginalsBucket,
            metrics,
            logger);
    }
}
