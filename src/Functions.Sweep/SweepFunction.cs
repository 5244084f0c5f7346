using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Signals;
using PhotoLambda.Sqs;

namespace PhotoLambda.Sweep;

/// <summary>The function of the schedule: what requests and events left undone.</summary>
public static class SweepFunction
{
    /// <summary>To the database, at most: its parts share them.</summary>
    internal const int Connections = 4;

    // The next sweep comes soon enough for a queue that is down.
    private static readonly QueueClientOptions Patience = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(3),
        Retries = 1,
    };

    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        var variable = Settings.Of(settings);
        var options = SweepOptions.Read(variable);
        await using var database = FunctionDatabase.Open(options.Database, Connections);
        var connection = new FirstConnection(database);
        var name = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "sweep";
        var log = MetricsLog.Open(variable);
        var metrics = new SweepMetrics(log, name);
        using var traces = Traces.Open("photolambda-sweep", variable);
        using var logging = LambdaLoggerFactory.Create();
        using var http = AwsHttp.NewClient();
        var logger = logging.CreateLogger("Sweep");
        // What a store that is down left undone is due again in a later sweep: none is to spend its time on waiting.
        var buckets = new Buckets(http, options.Aws, resilience: new StoreResilience(metrics: log, service: name));
        var handler = new SweepHandler(Parts(options, database, http, buckets, logger), metrics, logger);

        // The event says no more than that it is time.
        await EventFunction.RunAsync(async (Stream _, ILambdaContext context) =>
        {
            using var time = new SweepTime(context.RemainingTime);
            await connection.ReadyAsync();
            var done = await handler.HandleAsync(time);
            return (Stream)new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(done, SweepJson.Default.SweepReport));
        }, runtimeApi, traces is null ? null : traces.Flush, cancellation);
    }

    private static SweepPart[] Parts(
        SweepOptions options, NpgsqlDataSource database, HttpClient http, Buckets buckets, ILogger logger)
    {
        QueueClient Queue(Uri url) => new(http, options.Aws, url.OriginalString, Patience);
        var jobs = new JobRelay(database, Queue(options.DetectionQueueUrl), logger);
        var publications = options.CdnQueueUrl is { } url
            ? new Publications(database, Queue(url), logger)
            : null;
        var looks = new JobRelay(database, Queue(options.ObjectCreatedQueueUrl), logger, OutboxQueue.Looks);
        return
        [
            new("outbox age", new OutboxWatch(database).RunAsync),
            new("jobs", async (time, done) =>
            {
                (done.JobsPublished, done.JobsLeft) = await jobs.RunAsync(time.StoreDeadline, time.Ends);
            }),
            new("looks", async (time, done) =>
            {
                (done.LooksPublished, done.LooksLeft) = await looks.RunAsync(time.StoreDeadline, time.Ends);
            }),
            new("publications", publications is null
                ? new DroppedPublications(database, logger).RunAsync
                : publications.RunAsync),
            new("deletions", new DeletionSweep(new DeletionStore(database), buckets, logger).RunAsync),
            new("tickets", new ExpirySweep(
                new PendingStore(database), buckets, Queue(options.ObjectCreatedQueueUrl), logger).RunAsync),
            new("lost jobs", new LostJobs(database).RunAsync),
            new("detections", new OverdueDetections(database, options.ProcessingHours).RunAsync),
            new("expired rows", new ExpiredRows(database).RunAsync),
        ];
    }
}
