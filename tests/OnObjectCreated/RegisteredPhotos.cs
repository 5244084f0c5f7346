using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>
/// Photos whose objects are in the store and whose rows came in bulk, with their jobs, in a database of their own: no
/// look or event came so far.
/// </summary>
public sealed class RegisteredPhotos(CloudFixture cloud) : IAsyncLifetime
{
    private const string Organization = "harbour";

    private SweepDatabase _database = null!;
    private SqsServer _queues = null!;
    private LoneBulkIngest _door = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await SweepDatabase.NewAsync(cloud);
        await _database.ExecuteAsync($"insert into organizations (id) values ('{Organization}')");
        _queues = await SqsServer.StartAsync(null, new("Jobs", "jobs"), new("Events", "events"));
        _door = await LoneBulkIngest.StartAsync(cloud, [
            .. Settings(), ("PHOTOLAMBDA_ORIGINALS_BUCKET", CloudFixture.QuietBucket),
            ("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", _queues.Queue("events").Url),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await _queues.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>The function behind the store's events.</summary>
    internal Task<LoneOnObjectCreated> StartFunctionAsync(string? store = null) => LoneOnObjectCreated.StartAsync(
        cloud, store is null ? Settings() : [.. Settings(), ("AWS_ENDPOINT_URL_S3", store)]);

    /// <param name="change">Of the descriptor, which tells type, size and ETag of the object as it is.</param>
    /// <param name="policy">Of the photo's project: assignments of SQL.</param>
    internal async Task<StoredPhoto> NewAsync(
        byte[] bytes,
        Action<JsonObject>? change = null,
        bool isRead = true,
        string? policy = null,
        string type = "image/jpeg",
        string? checksum = null)
    {
        var (id, project) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _database.ExecuteAsync($"""
            insert into projects (id, organization_id, name) values ('{project}', '{Organization}', 'Quay');
            update projects set {policy ?? "name = name"} where id = '{project}'
            """);
        var photo = new StoredPhoto(id, CloudFixture.QuietBucket, $"{project}/a folder/{id}.jpg", "")
        {
            Size = bytes.Length,
        };
        photo = photo with { ETag = await photo.PutAsync(cloud, bytes, type, checksum) };
        var descriptor = new JsonObject
        {
            ["id"] = id,
            ["project_id"] = project,
            ["s3_key"] = photo.Key,
            ["mime_type"] = "image/jpeg",
            ["file_size"] = bytes.Length,
            ["etag"] = photo.ETag,
        };
        change?.Invoke(descriptor);
        var message = new JsonObject
        {
            ["version"] = 1,
            ["organization_id"] = Organization,
            ["inspect"] = isRead,
            ["photo"] = descriptor,
        };
        Assert.Empty(await _door.IngestAsync([message.ToJsonString()]));
        Assert.Equal("processing,bulk,True", await TellAsync(photo, "status, upload_source, awaits_event"));
        return photo;
    }

    /// <summary>Whether a look at it was sent to the queue of the store's events.</summary>
    internal async Task<bool> IsLookedAtAsync(StoredPhoto photo) =>
        (await _queues.Queue("events").ReceiveAsync(
            1000, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken))
        .Any(m => m.Message.Body.Contains(photo.Id.ToString(), StringComparison.Ordinal));

    /// <summary>Status, the failure's code, jobs, how often it was uploaded, and the width that is known.</summary>
    internal Task<string> StateAsync(StoredPhoto photo) => TellAsync(photo, """
        status, split_part(failure_reason, ':', 1),
        (select count(*) from outbox o where o.photo_id = p.id and queue = 'detection'),
        (select count(*) from photo_events e where e.photo_id = p.id and to_status = 'uploaded'), width_px
        """);

    /// <param name="columns">Of <c>photos p</c>.</param>
    /// <returns>With commas between them.</returns>
    internal async Task<string> TellAsync(StoredPhoto photo, string columns) =>
        Assert.Single(await _database.RowsAsync($"select {columns} from photos p where id = '{photo.Id}'"));

    internal Task ChangeAsync(StoredPhoto photo, string assignments) =>
        _database.ExecuteAsync($"update photos set {assignments} where id = '{photo.Id}'");

    private (string Name, string Value)[] Settings() =>
    [
        ("PHOTOLAMBDA_DATABASE_URL", _database.Worker), ("AWS_ENDPOINT_URL_SQS", _queues.Url.AbsoluteUri),
        ("PHOTOLAMBDA_DETECTION_QUEUE_URL", _queues.Queue("jobs").Url),
    ];
}
