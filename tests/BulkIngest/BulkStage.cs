using System.Text.Json.Nodes;
using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>A project in a database of its own, and the function behind the queue of descriptors.</summary>
internal sealed class BulkStage(
    CloudFixture cloud, SweepDatabase database, LoneBulkIngest function, SqsServer queues) : IAsyncDisposable
{
    public const string Organization = "harbour";
    public const string Bucket = "archive";

    public Guid Project { get; } = Guid.CreateVersion7();

    public SweepDatabase Database => database;

    /// <summary>Of the worker's role, for what stands in front of the database.</summary>
    public string Url
    {
        get
        {
            var worker = new NpgsqlConnectionStringBuilder(database.Worker);
            return $"postgresql://{worker.Username}:{Uri.EscapeDataString(worker.Password!)}@{worker.Host}:"
                + $"{worker.Port}/{worker.Database}";
        }
    }

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

    /// <summary>Takes what a queue has.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReceiveAsync(string queue)
    {
        var (client, bodies) = (queues.Client(queue), new List<JsonNode>());
        while (await client.ReceiveAsync(waitSeconds: 0) is { Count: > 0 } messages)
        {
            bodies.AddRange(messages.Select(m => JsonNode.Parse(m.Body)!));
            await Task.WhenAll(messages.Select(m => client.DeleteAsync(m.ReceiptHandle)));
        }

        return bodies;
    }

    /// <returns>Of all photos, in their order.</returns>
    public Task<string[]> NamesAsync() => RowsAsync("select file_name from photos");

    /// <summary>Asserts that these are stored, each with a job that has its id, and that nothing else is.</summary>
    public async Task HasOnceAsync(IEnumerable<string> names)
    {
        Assert.Equal(names.Order(StringComparer.Ordinal), await NamesAsync());
        Assert.Empty(await RowsAsync("""
            select p.id from photos p
            where (select count(*) from outbox o where o.photo_id = p.id and o.job_id = p.id) <> 1
              or (select count(*) from photo_events e where e.photo_id = p.id and e.to_status = 'uploaded') <> 1
            union all select job_id from outbox where queue = 'detection' and job_id not in (select id from photos)
            """));
        Assert.Empty(await RowsAsync("select sqlstate, reason from ingest_rejects"));
        Assert.Empty(await RowsAsync("select position from ingest_staging"));
    }

    /// <summary>Ends the functions' connections, whatever they are at.</summary>
    public Task<string[]> EndConnectionsAsync() => RowsAsync("""
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and usename = 'photolambda_worker'
        """);

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
