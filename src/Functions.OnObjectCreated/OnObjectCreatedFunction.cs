using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Database;
using PhotoLambda.OnObjectCreated.Pictures;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Signals;
using PhotoLambda.Sqs;

namespace PhotoLambda.OnObjectCreated;

/// <summary>The function behind the queue of the store's events.</summary>
public static class OnObjectCreatedFunction
{
    /// <summary>To the database, at most: jobs and publications go side by side.</summary>
    internal const int Connections = 2;

    // A quarter of what an invocation has.
    private static readonly TimeSpan DecodingLimit = TimeSpan.FromSeconds(8);

    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        var variable = Settings.Of(settings);
        var options = OnObjectCreatedOptions.Read(variable);
        await using var database = FunctionDatabase.Open(options.Database, Connections);
        var connection = new FirstConnection(database);
        var name = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "on-object-created";
        var log = MetricsLog.Open(variable);
        var metrics = new EventMetrics(log, name, TimeProvider.System);
        using var traces = Traces.Open("photolambda-on-object-created", variable);
        using var logging = LambdaLoggerFactory.Create();
        using var http = AwsHttp.NewClient();
        // While a bucket's circuit is open its objects fail at once, and their messages stay in the queue.
        var buckets = new Buckets(http, options.Aws, resilience: new StoreResilience(metrics: log, service: name));
        var handler = Build(options, database, http, buckets, metrics, logging.CreateLogger("OnObjectCreated"));

        await EventFunction.RunAsync(async (Stream input, ILambdaContext context) =>
        {
            using var time = new InvocationTime(context.RemainingTime);
            await connection.ReadyAsync();
            var response = await handler.HandleAsync(input, time);
            var json = JsonSerializer.SerializeToUtf8Bytes(response, EventJson.Default.SQSBatchResponse);
            return (Stream)new MemoryStream(json);
        }, runtimeApi, traces is null ? null : traces.Flush, cancellation);
    }

    private static ObjectCreatedHandler Build(
        OnObjectCreatedOptions options,
        NpgsqlDataSource database,
        HttpClient http,
        Buckets buckets,
        EventMetrics metrics,
        ILogger logger)
    {
        var queue = new QueueClient(http, options.Aws, options.DetectionQueueUrl.OriginalString);
        var (reader, writer) = (new ObjectReader(buckets), new ObjectWriter(buckets, options.DerivedBucket));
        var derivation = new Derivation(
            reader, new WholeObjects(reader), new Darkroom(options.Libvips, DecodingLimit, logger),
            new Thumbnails(writer, logger), new PublicCopies(writer), options.DerivedBucket);
        var intake = new Intake(
            new PhotoStore(database, TimeProvider.System),
            new Observer(reader, new Inspector(reader, derivation)),
            new ChangeStore(database, logger),
            new JobRelay(database, queue, logger),
            options.CdnQueueUrl is { } url
                ? new JobRelay(
                    database, new QueueClient(http, options.Aws, url.OriginalString), logger, OutboxQueue.Cdn)
                : null,
            logger);
        return new ObjectCreatedHandler(intake, metrics, logger);
    }
}
