using Amazon.S3.Model;
using PhotoLambda.Aws;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>A database and queues that no other sweep knows, and objects whose events never come.</summary>
internal sealed class SweepStage : IAsyncDisposable
{
    public static readonly byte[] Jpeg = ImageBuilder.Jpeg(length: 4096);

    private readonly CloudFixture _cloud;
    private readonly AwsEnvironment _aws;
    private readonly HttpClient _http = new();
    private readonly string _name = Guid.NewGuid().ToString("N");

    private SweepStage(CloudFixture cloud, SweepDatabase database)
    {
        (_cloud, Database) = (cloud, database);
        var settings = cloud.Settings("SweepFunction");
        _aws = AwsEnvironment.Read(name => settings.GetValueOrDefault(name));
    }

    public static string Bucket => CloudFixture.QuietBucket;

    public SweepDatabase Database { get; }

    public string Store => _cloud.Cloud.Cloud.AbsoluteUri;

    public string DetectionQueueUrl { get; private set; } = "";

    public string EventQueueUrl { get; private set; } = "";

    public static async Task<SweepStage> NewAsync(CloudFixture cloud)
    {
        var stage = new SweepStage(cloud, await SweepDatabase.NewAsync(cloud));
        stage.DetectionQueueUrl = await stage.NewQueueAsync("jobs");
        stage.EventQueueUrl = await stage.NewQueueAsync("events");
        await stage.Database.ExecuteAsync($"""
            insert into organizations (id) values ('o');
            insert into projects (id, organization_id, name) values ('{Guid.NewGuid()}', 'o', 'x')
            """);
        return stage;
    }

    public string Key(int number) => $"{_name}/{number}";

    /// <summary>Photos 1 to <paramref name="count"/>, whose tickets ended an hour ago.</summary>
    /// <param name="columns">SQL: a comma before each column, or nothing.</param>
    /// <param name="values">SQL of their values.</param>
    public Task AddAsync(int count, string columns = "", string values = "") => Database.ExecuteAsync($"""
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
          declared_content_type, declared_size_bytes, created_at, updated_at, expires_at {columns})
        select gen_random_uuid(), 'o', r.id, n::text, '{Bucket}', '{_name}/' || n, 'image/jpeg', {Jpeg.Length},
          now() - interval '2 hours', now() - interval '90 minutes', now() - interval '1 hour' {values}
        from projects r, generate_series(1, {count}) n
        """);

    /// <summary>Rows of the outbox for photos.</summary>
    /// <param name="where">SQL: which photos.</param>
    /// <param name="published">SQL of an instant.</param>
    /// <param name="due">SQL of an instant.</param>
    public Task AddJobsAsync(string where = "true", string published = "null", string due = "now()") =>
        Database.ExecuteAsync($$"""
            insert into outbox (job_id, photo_id, organization_id, queue, message, published_at, due_at)
            select gen_random_uuid(), id, organization_id, 'detection', jsonb_build_object('photo_id', id),
              {{published}}, {{due}}
            from photos where {{where}}
            """);

    /// <summary>Uploads the objects of these photos; nobody is told.</summary>
    public async Task PutAsync(IEnumerable<int> numbers)
    {
        using var s3 = _cloud.S3();
        await Parallel.ForEachAsync(numbers, async (number, token) => await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = Key(number),
                ContentType = "image/jpeg",
                InputStream = new MemoryStream(Jpeg),
            }, token));
    }

    /// <param name="store">In place of the real one.</param>
    public Task<LoneSweep> SweepAsync(string? store = null, params (string Name, string Value)[] changes) =>
        LoneSweep.StartAsync(_cloud, Database.Worker, store ?? Store, [
            ("AWS_ENDPOINT_URL_SQS", Store), ("PHOTOLAMBDA_DETECTION_QUEUE_URL", DetectionQueueUrl),
            ("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", EventQueueUrl), .. changes]);

    /// <summary>Runs one sweep.</summary>
    /// <returns>The counts that are not 0, as <c>name=count</c>.</returns>
    public async Task<string> SweepOnceAsync(string? store = null, params (string Name, string Value)[] changes)
    {
        await using var sweep = await SweepAsync(store, changes);
        return LoneSweep.Counts(await sweep.InvokeAsync());
    }

    /// <summary>As OnObjectCreated does: all messages that wait for it.</summary>
    public async Task TakeEventsAsync()
    {
        await using var function = await ObjectCreatedAsync();
        while (await ReceiveAsync(EventQueueUrl) is { Count: > 0 } bodies)
        {
            var answer = await function.InvokeAsync(
                LoneOnObjectCreated.Messages([.. bodies.Select((body, i) => ($"m{i}", body))]));
            Assert.Empty(LoneOnObjectCreated.Failures(answer));
        }
    }

    public Task<LoneOnObjectCreated> ObjectCreatedAsync() => LoneOnObjectCreated.StartAsync(
        _cloud, ("PHOTOLAMBDA_DATABASE_URL", Database.Worker), ("PHOTOLAMBDA_DETECTION_QUEUE_URL", DetectionQueueUrl));

    /// <summary>Takes what is there, up to ten messages.</summary>
    /// <returns>Their bodies.</returns>
    public async Task<IReadOnlyList<string>> ReceiveAsync(string queueUrl)
    {
        var queue = new QueueClient(_http, _aws, queueUrl);
        var messages = await queue.ReceiveAsync(waitSeconds: 0);
        foreach (var message in messages)
        {
            await queue.DeleteAsync(message.ReceiptHandle);
        }

        return [.. messages.Select(m => m.Body)];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Database.DisposeAsync();
    }

    private async Task<string> NewQueueAsync(string name)
    {
        var sqs = new SqsConnection(_http, _aws, TimeProvider.System);
        var answer = await sqs.CallAsync("CreateQueue", new SqsRequest { QueueName = $"{name}-{_name}" }, default);
        return answer.QueueUrl!;
    }
}
