using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Cdn;
using PhotoLambda.Database;
using PhotoLambda.S3;
using PhotoLambda.Signals;

namespace PhotoLambda.PublishToCdn;

/// <summary>The function behind the queue of photos that are to be published.</summary>
public static class PublishToCdnFunction
{
    /// <summary>To the database, at most: none is held while a CDN is waited for.</summary>
    internal const int Connections = 4;

    // Larger than any answer that the CDN's APIs give; a page of HTML fits as well.
    private const int LargestAnswer = 1024 * 1024;

    /// <param name="runtimeApi">A client of the Lambda Runtime API in place of the one the environment names.</param>
    /// <param name="settings">Stand before the variables of the environment.</param>
    public static async Task RunAsync(
        HttpClient? runtimeApi = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        CancellationToken cancellation = default)
    {
        var variable = Settings.Of(settings);
        var options = PublishToCdnOptions.Read(variable);
        await using var database = FunctionDatabase.Open(options.Database, Connections);
        var connection = new FirstConnection(database);
        var name = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "publish-to-cdn";
        var log = MetricsLog.Open(variable);
        var metrics = new PublishMetrics(log, name);
        using var traces = Traces.Open("photolambda-publish-to-cdn", variable);
        using var logging = LambdaLoggerFactory.Create();
        using var store = AwsHttp.NewClient();
        // The key goes to the address that was configured, and to no other that an answer names.
        using var cdn = new HttpClient(
            new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            MaxResponseContentBufferSize = LargestAnswer,
        };
        var buckets = new Buckets(store, options.Aws, resilience: new StoreResilience(metrics: log, service: name));
        var handler = Build(options, database, buckets, store, cdn, metrics, logging.CreateLogger("PublishToCdn"));

        await EventFunction.RunAsync(async (Stream input, ILambdaContext context) =>
        {
            using var time = new InvocationTime(context.RemainingTime);
            await connection.ReadyAsync();
            var response = await handler.HandleAsync(input, time);
            var json = JsonSerializer.SerializeToUtf8Bytes(response, CdnJson.Default.SQSBatchResponse);
            return (Stream)new MemoryStream(json);
        }, runtimeApi, traces is null ? null : traces.Flush, cancellation);
    }

    private static PublishHandler Build(
        PublishToCdnOptions options, NpgsqlDataSource database, Buckets buckets, HttpClient store, HttpClient cdn,
        PublishMetrics metrics, ILogger logger)
    {
        var time = TimeProvider.System;
        ICdnPublisher? publisher = options switch
        {
            { ImageKit: { } imageKit } => new ImageKit(imageKit, cdn, store, time),
            { CloudFront: { } cloudFront } => new CloudFront(cloudFront, options.Aws, cdn, time),
            _ => null,
        };
        var publications = new Publications(
            new PhotoStore(database), new AssetStore(database), new AssetOutcomes(database),
            new Sources(buckets, options.Aws), publisher, options.Concurrency, logger);
        return new PublishHandler(
            publications,
            new Removals(new RemovalStore(database), publisher, options.Concurrency, logger),
            metrics,
            logger);
    }
}
