using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>
/// A local cloud of the test's own, whose BulkIngestFunction and SweepFunction are processes, and descriptors of one
/// project, one in a message.
/// </summary>
internal sealed class ChaosIngest : IAsyncDisposable
{
    private const string Organization = "harbour";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly LocalCloud _cloud;
    private readonly NpgsqlDataSource _owner;
    private readonly Guid _project = Guid.CreateVersion7();
    private readonly Guid _batch = Guid.CreateVersion7();

    private ChaosIngest(LocalCloud cloud)
    {
        _cloud = cloud;
        _owner = NpgsqlDataSource.Create(cloud.Database.Owner);
        Door = new ChaosDoor(cloud.Api, cloud.Cloud);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ChaosDoor Door { get; }

    /// <param name="batch">Messages that the function gets at a time.</param>
    /// <param name="maxReceives">Of a message, before it is in the dead-letter queue.</param>
    /// <param name="database">In place of one of its own.</param>
    public static async Task<ChaosIngest> StartAsync(
        string folder, int batch, int maxReceives, string? database = null)
    {
        var options = new LocalCloudOptions(
            Path.Combine(Repository.Root, "template.yaml"), Path.Combine(folder, "data"))
        {
            Parameters = new Dictionary<string, string> { ["BulkIngestBatchSize"] = $"{batch}" },
            Port = 0,
            CloudPort = 0,
            // Nobody starts these: descriptors ask for no looks, and nobody calls the API.
            Attached = ["UploadUrlFunction", "OnObjectCreatedFunction"],
            DatabaseUrl = database,
        };
        var stage = new ChaosIngest(await LocalCloud.StartAsync(options, _ => { }, Stop));
        await stage.ExecuteAsync($"""
            insert into organizations (id) values ('{Organization}');
            insert into projects (id, organization_id, name) values ('{stage._project}', '{Organization}', 'Quay')
            """);
        // What failed comes again in seconds; the template may not have it so, a queue that is changed later may.
        await stage.Door.SqsAsync("SetQueueAttributes", new SqsRequest
        {
            QueueUrl = stage.Url("BulkIngestQueue"),
            Attributes = new Dictionary<string, string>
            {
                ["VisibilityTimeout"] = "4",
                ["RedrivePolicy"] = JsonSerializer.Serialize(new
                {
                    deadLetterTargetArn = CloudIdentity.QueueArn("photolambda-BulkIngestDeadLetterQueue"),
                    maxReceiveCount = maxReceives,
                }),
            },
        });
        return stage;
    }

    /// <summary>Sends this many descriptors, numbered from there on, which the queue confirms.</summary>
    public Task SendAsync(int from, int count) => Parallel.ForEachAsync(
        Enumerable.Range(from, count).Chunk(10),
        new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Stop },
        async (some, token) =>
        {
            var answer = await Door.SqsAsync("SendMessageBatch", new SqsRequest
            {
                QueueUrl = Url("BulkIngestQueue"),
                Entries = [.. some.Select(n => new SqsEntry { Id = $"{n}", MessageBody = Message(n) })],
            });
            Assert.Equal(some.Length, answer.Successful?.Count);
        });

    public Task<long> RowsAsync() => CountAsync("select count(*) from photos");

    public Task UntilRowsAsync(int count) =>
        UntilAsync($"{count} rows", Patience, async () => await RowsAsync() >= count);

    public static async Task UntilAsync(string what, TimeSpan patience, Func<Task<bool>> condition)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(20, Stop))
        {
            Assert.True(clock.Elapsed < patience, $"{what} took more than {patience.TotalSeconds} s.");
        }
    }

    /// <summary>Asserts one row, one job, and one note for each message, once all that failed has come again.</summary>
    public async Task AssertAllAsync(int messages)
    {
        await UntilAsync("The queue", Patience, async () => await MessagesAsync("BulkIngestQueue") == 0);
        await PublishAsync();
        var jobs = await TakeJobsAsync();

        Assert.Equal(0, await CountAsync($"""
            select count(*) from generate_series(0, {messages - 1}) n
            where not exists (select from photos where s3_key_original = '{_project}/' || n || '.jpg')
            """));
        Assert.Equal(messages, await RowsAsync());
        Assert.Equal(messages, await CountAsync("select count(*) from photo_events where to_status = 'uploaded'"));
        Assert.Equal(messages, await CountAsync("select count(*) from ingest_parts"));
        Assert.Equal(0, await CountAsync("select count(*) from ingest_rejects"));
        Assert.Equal(0, await CountAsync("select count(*) from ingest_staging"));
        Assert.Equal(0, await MessagesAsync("BulkIngestDeadLetterQueue"));
        Assert.Equal(await JobsOfOutboxAsync(), jobs);
    }

    public async ValueTask DisposeAsync()
    {
        Door.Dispose();
        await _owner.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    /// <summary>Sends what killed publishers left; a test does not wait for the minute that they had.</summary>
    private async Task PublishAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{await CountAsync("select count(*) from outbox where published_at is null")} jobs were not sent");
        await ExecuteAsync("update outbox set due_at = now() where published_at is null");
        using var http = new HttpClient();
        using var fired = await http.PostAsync(new Uri(_cloud.Api, "/_local/schedules/SweepFunction"), null, Stop);
        fired.EnsureSuccessStatusCode();
        await UntilAsync("The outbox", Patience, async () =>
            await CountAsync("select count(*) from outbox where published_at is null") == 0);
    }

    /// <returns>The photo of each job that was delivered, as often as it may have been.</returns>
    private async Task<SortedDictionary<Guid, Guid>> TakeJobsAsync()
    {
        var (url, jobs) = (Url("DetectionQueue"), new SortedDictionary<Guid, Guid>());
        var request = new SqsRequest { QueueUrl = url, MaxNumberOfMessages = 10, WaitTimeSeconds = 0 };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while ((await Door.SqsAsync("ReceiveMessage", request)).Messages is { Count: > 0 } messages)
            {
                Array.ForEach([.. messages], m => Add(jobs, m.Body));
                var handles = messages.Select((m, i) => new SqsEntry { Id = $"{i}", ReceiptHandle = m.ReceiptHandle });
                await Door.SqsAsync("DeleteMessageBatch", new SqsRequest { QueueUrl = url, Entries = [.. handles] });
            }
        }));
        return jobs;
    }

    private static void Add(SortedDictionary<Guid, Guid> jobs, string message)
    {
        using var json = JsonDocument.Parse(message);
        var (job, photo) = (
            json.RootElement.GetProperty("job_id").GetGuid(), json.RootElement.GetProperty("photo_id").GetGuid());
        lock (jobs)
        {
            Assert.True(jobs.TryAdd(job, photo) || jobs[job] == photo, $"Job {job} is of two photos.");
        }
    }

    private async Task<SortedDictionary<Guid, Guid>> JobsOfOutboxAsync()
    {
        var jobs = new SortedDictionary<Guid, Guid>();
        await using var command = _owner.CreateCommand("""
            select o.job_id, p.id from photos p join outbox o on o.photo_id = p.id and o.queue = 'detection'
            """);
        await using var row = await command.ExecuteReaderAsync(Stop);
        while (await row.ReadAsync(Stop))
        {
            jobs.Add(row.GetGuid(0), row.GetGuid(1));
        }

        return jobs;
    }

    /// <returns>Messages of a queue, be they visible, in flight or delayed.</returns>
    private async Task<int> MessagesAsync(string queue)
    {
        var answer = await Door.SqsAsync(
            "GetQueueAttributes", new SqsRequest { QueueUrl = Url(queue), AttributeNames = ["All"] });
        return answer.Attributes!.Where(a => a.Key.StartsWith("ApproximateNumber", StringComparison.Ordinal))
            .Sum(a => int.Parse(a.Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    // Without an id, so that each delivery would make another photo if anything let it.
    private string Message(int number) => $$"""
        {"version":1,"organization_id":"{{Organization}}","batch_id":"{{_batch}}","part":{{number}},"inspect":false,
        "photo":{"project_id":"{{_project}}","s3_key":"{{_project}}/{{number}}.jpg","mime_type":"image/jpeg",
        "file_size":{{3_000_000 + number}} } }
        """;

    private string Url(string queue) => $"{_cloud.Cloud}{CloudIdentity.AccountId}/photolambda-{queue}";
}
