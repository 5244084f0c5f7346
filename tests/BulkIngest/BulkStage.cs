using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>A project in a database of its own, and the function behind the queue of descriptors.</summary>
internal sealed class BulkStage(
    CloudFixture cloud, SweepDatabase database, LoneBulkIngest function, SqsServer queues) : IAsyncDisposable
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
        var function = await StartAsync(cloud, database, queues);
        var stage = new BulkStage(cloud, database, function, queues);
        await database.ExecuteAsync($"""
            insert into organizations (id) values ('{Organization}');
            insert into projects (id, organization_id, name) values ('{stage.Project}', '{Organization}', 'Quay');
            {policy}
            """);
        return stage;
    }

    /// <summary>The same function once more.</summary>
    public Task<LoneBulkIngest> AnotherAsync(params (string Name, string Value)[] changes) =>
        StartAsync(cloud, database, queues, changes);

    /// <summary>A descriptor that has nothing but what it must have.</summary>
    public JsonObject Descriptor(string name) => new()
    {
        ["project_id"] = Project.ToString(),
        ["s3_key"] = $"{Project}/{name}.jpg",
        ["mime_type"] = "image/jpeg",
        ["file_size"] = 4_000_000,
    };

    /// <summary>Of descriptors that may be no JSON.</summary>
    public static string MessageOf(params IEnumerable<string> descriptors) =>
        $$"""{"version":1,"organization_id":"{{Organization}}","photos":[{{string.Join(',', descriptors)}}]}""";

    public static string Message(params JsonNode[] descriptors) => new JsonObject
    {
        ["version"] = 1,
        ["organization_id"] = Organization,
        ["photos"] = new JsonArray(descriptors),
    }.ToJsonString();

    public Task<string[]> RowsAsync(string sql) => database.RowsAsync(sql);

    /// <returns>Of all photos, in their order.</returns>
    public Task<string[]> NamesAsync() => RowsAsync("select file_name from photos");

    /// <summary>A trigger of the tests' own, before rows are inserted.</summary>
    /// <param name="body">PL/pgSQL before <c>return new</c>.</param>
    public Task TriggerAsync(string table, string body) => database.ExecuteAsync($"""
        create or replace function own_{table}() returns trigger language plpgsql as $$
        begin
          {body}
          return new;
        end $$;
        create or replace trigger own before insert on {table} for each row execute function own_{table}();
        """);

    public async ValueTask DisposeAsync()
    {
        await function.DisposeAsync();
        await queues.DisposeAsync();
        await database.DisposeAsync();
    }

    private static Task<LoneBulkIngest> StartAsync(
        CloudFixture cloud, SweepDatabase database, SqsServer queues, params (string Name, string Value)[] changes) =>
        LoneBulkIngest.StartAsync(cloud,
        [
            ("PHOTOLAMBDA_DATABASE_URL", database.Worker), ("PHOTOLAMBDA_ORIGINALS_BUCKET", Bucket),
            ("PHOTOLAMBDA_DETECTION_QUEUE_URL", queues.Queue("jobs").Url),
            ("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", queues.Queue("events").Url),
            ("AWS_ENDPOINT_URL_SQS", queues.Url.AbsoluteUri), .. changes,
        ]);
}
