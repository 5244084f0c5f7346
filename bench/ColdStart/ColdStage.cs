using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Local.Postgres;
using PhotoLambda.S3;

namespace PhotoLambda.Bench;

/// <summary>
/// The database, the store and the queues that the functions work on, whose processes are the bench's to start, and
/// photos that wait for their events.
/// </summary>
internal sealed class ColdStage : IAsyncDisposable
{
    private const string Setting = "update projects set upload_urls_per_minute = 100000";

    private static readonly string[] Attached =
    [
        "UploadUrlFunction", "OnObjectCreatedFunction", "BulkIngestFunction", "PublishToCdnFunction", "SweepFunction",
    ];

    private readonly PostgresServer _server;
    private readonly LocalCloud _cloud;
    private readonly NpgsqlDataSource _database;

    private ColdStage(PostgresServer server, LocalCloud cloud, NpgsqlDataSource database)
    {
        (_server, _cloud, _database) = (server, cloud, database);
        Functions = [];
    }

    public IReadOnlyList<ColdFunction> Functions { get; private set; }

    /// <param name="photos">How many events the function behind the store can be given.</param>
    public static async Task<ColdStage> StartAsync(
        TemporaryFolder folder, int photos, CancellationToken cancellation)
    {
        var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        var cloud = await LocalCloud.StartAsync(
            new LocalCloudOptions(Path.Combine(Release.Root, "template.yaml"), folder.Below("data"))
            {
                Port = 0,
                CloudPort = 0,
                Attached = Attached,
                DatabaseUrl = server.ConnectionString,
            },
            _ => { }, cancellation);
        var stage = new ColdStage(server, cloud, NpgsqlDataSource.Create(server.ConnectionString));
        await WaitingPhotos.PutAsync(cloud, stage._database, photos, cancellation);
        await using var command = stage._database.CreateCommand(Setting);
        await command.ExecuteNonQueryAsync(cancellation);
        using var http = new HttpClient { BaseAddress = cloud.Api };
        var token = await http.GetFromJsonAsync<JsonElement>("/_local/token?org=bench", cancellation);
        var events = new ColdEvents(
            stage._database, token.GetProperty("access_token").GetString()!,
            await stage.ObjectsAsync(http, cancellation));
        stage.Functions = events.Functions;
        return stage;
    }

    public IReadOnlyDictionary<string, string?> EnvironmentOf(ColdFunction function, string runtimeApi) =>
        new Dictionary<string, string?>(function.LogicalId is { } id ? _cloud.EnvironmentOf(id) : [])
        {
            ["AWS_LAMBDA_RUNTIME_API"] = runtimeApi,
        };

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _cloud.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>What the store would tell of the photos.</summary>
    private async Task<Queue<ColdObject>> ObjectsAsync(HttpClient http, CancellationToken cancellation)
    {
        var settings = _cloud.EnvironmentOf("UploadUrlFunction");
        var name = settings["PHOTOLAMBDA_ORIGINALS_BUCKET"]!;
        var bucket = new BucketClient(http, AwsEnvironment.Read(v => settings.GetValueOrDefault(v)), name);
        var objects = new Queue<ColdObject>();
        await using var command = _database.CreateCommand("select id, s3_key_original from photos");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var key = row.GetString(1);
            using var head = await bucket.HeadAsync(key, DateTimeOffset.MaxValue, cancellation)
                ?? throw new BenchException($"{key} is not in the store.");
            objects.Enqueue(new ColdObject(
                row.GetGuid(0), name, key, head.Headers.ETag!.Tag.Trim('"'), head.Content.Headers.ContentLength ?? 0));
        }

        return objects;
    }
}

/// <param name="Size">Bytes.</param>
internal sealed record ColdObject(Guid Photo, string Bucket, string Key, string ETag, long Size);
