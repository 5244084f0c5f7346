using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>A project in a database of its own, and the function behind the queue of descriptors.</summary>
internal sealed class BulkStage(SweepDatabase database, LoneBulkIngest function, SqsServer queues) : IAsyncDisposable
{
    public const string Organization = "harbour";
    public const string Bucket = "archive";

    public Guid Project { get; } = Guid.CreateVersion7();

    public SweepDatabase Database => database;

    public LoneBulkIngest Function => function;

    /// <summary>Takes what the function sends.</summary>
    public SqsServer Queues => queues;

    public static async Task<BulkStage> NewAsync(CloudFixture cloud, string policy = "")
    {
        var database = await SweepDatabase.NewAsync(cloud);
        var queues = await SqsServer.StartAsync(null, new("Jobs", "jobs"), new("Events", "events"));
        var function = await LoneBulkIngest.StartAsync(cloud,
            ("PHOTOLAMBDA_DATABASE_URL", database.Worker), ("PHOTOLAMBDA_ORIGINALS_BUCKET", Bucket),
            ("PHOTOLAMBDA_DETECTION_QUEUE_URL", queues.Queue("jobs").Url),
            ("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", queues.Queue("events").Url),
            ("AWS_ENDPOINT_URL_SQS", queues.Url.AbsoluteUri));
        var stage = new BulkStage(database, function, queues);
        await database.ExecuteAsync($"""
            insert into organizations (id) values ('{Organization}');
            insert into projects (id, organization_id, name) values ('{stage.Project}', '{Organization}', 'Quay');
            {policy}
            """);
        return stage;
    }

    /// <summary>A descriptor that has nothing but what it must have.</summary>
    public JsonObject Descriptor(string name) => new()
    {
        ["project_id"] = Project.ToString(),
        ["s3_key"] = $"{Project}/{name}.jpg",
        ["mime_type"] = "image/jpeg",
        ["file_size"] = 4_000_000,
    };

    public static string Message(params JsonNode[] descriptors) => new JsonObject
    {
        ["version"] = 1,
        ["organization_id"] = Organization,
        ["photos"] = new JsonArray(descriptors),
    }.ToJsonString();

    public Task<string[]> RowsAsync(string sql) => database.RowsAsync(sql);

    public async ValueTask DisposeAsync()
    {
        await function.DisposeAsync();
        await queues.DisposeAsync();
        await database.DisposeAsync();
    }
}
