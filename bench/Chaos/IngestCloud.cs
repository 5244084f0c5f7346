using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Bench;

/// <summary>
/// A local cloud whose BulkIngestFunction and SweepFunction are processes, and a batch of descriptors, one in a
/// message.
/// </summary>
internal sealed class IngestCloud : IAsyncDisposable
{
    private const int SendersAtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly LocalCloud _cloud;
    private readonly HttpClient _http = new();
    private readonly AwsEnvironment _aws;
    private readonly Guid _project = Guid.CreateVersion7();
    private readonly Guid _batch = Guid.CreateVersion7();

    private IngestCloud(LocalCloud cloud)
    {
        _cloud = cloud;
        Owner = NpgsqlDataSource.Create(cloud.Database.Owner);
        var settings = cloud.EnvironmentOf("BulkIngestFunction");
        _aws = AwsEnvironment.Read(v => settings.GetValueOrDefault(v));
    }

    /// <summary>Of the tables' owner.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <param name="batch">Messages that the function gets at a time.</param>
    /// <param name="database">In place of one of its own.</param>
    public static async Task<IngestCloud> StartAsync(
        string dataFolder, int batch, string? database, CancellationToken cancellation)
    {
        var options = new LocalCloudOptions(Path.Combine(Release.Root, "template.yaml"), dataFolder)
        {
            Parameters = new Dictionary<string, string> { ["BulkIngestBatchSize"] = $"{batch}" },
            Port = 0,
            CloudPort = 0,
            // Nobody starts these: descriptors ask for no looks, and nobody calls the API.
            Attached = ["UploadUrlFunction", "OnObjectCreatedFunction"],
            DatabaseUrl = database,
        };
        var cloud = new IngestCloud(await LocalCloud.StartAsync(options, _ => { }, cancellation));
        await cloud.ExecuteAsync($"""
            insert into organizations (id) values ('bench');
            insert into projects (id, organization_id, name) values ('{cloud._project}', 'bench', 'Bench')
            """, cancellation);
        return cloud;
    }

    /// <summary>Changes the queue of descriptors, as an administrator may while it runs.</summary>
    public Task ConfigureAsync(int visibilitySeconds, int maxReceives, CancellationToken cancellation) => SqsAsync(
        "SetQueueAttributes",
        new SqsRequest
        {
            QueueUrl = Url("BulkIngestQueue"),
            Attributes = new Dictionary<string, string>
            {
                ["VisibilityTimeout"] = $"{visibilitySeconds}",
                ["RedrivePolicy"] = JsonSerializer.Serialize(new
                {
                    deadLetterTargetArn = CloudIdentity.QueueArn("photolambda-BulkIngestDeadLetterQueue"),
                    maxReceiveCount = maxReceives,
                }),
            },
        },
        cancellation);

    public Task<JsonElement> SetChaosAsync(string json, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, "/_local/chaos", json, cancellation);

    /// <returns>How often chaos did this.</returns>
    public async Task<long> DoneAsync(string deed, CancellationToken cancellation)
    {
        var answer = await AskAsync(HttpMethod.Get, "/_local/chaos", null, cancellation);
        return answer.GetProperty("done").GetProperty(deed).GetInt64();
    }

    public Task SweepAsync(CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, "/_local/schedules/SweepFunction", null, cancellation);

    /// <returns>How many messages the queue confirmed.</returns>
    public async Task<int> SendAsync(int count, CancellationToken cancellation)
    {
        var queue = new QueueClient(_http, _aws, Url("BulkIngestQueue"));
        var acked = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Chunk(10),
            new ParallelOptions { MaxDegreeOfParallelism = SendersAtOnce, CancellationToken = cancellation },
            async (some, token) =>
            {
                var outcomes = await queue.SendBatchAsync(
                    Array.ConvertAll(some, n => new OutgoingMessage(Message(n))), cancellationToken: token);
                Interlocked.Add(ref acked, outcomes.Count(o => o.Confirmed));
            });
        return acked;
    }

    /// <returns>Messages of a queue, be they visible, in flight or delayed.</returns>
    public async Task<int> MessagesAsync(string queue, CancellationToken cancellation)
    {
        var request = new SqsRequest { QueueUrl = Url(queue), AttributeNames = ["All"] };
        var answer = await SqsAsync("GetQueueAttributes", request, cancellation);
        return answer.Attributes!.Where(a => a.Key.StartsWith("ApproximateNumber", StringComparison.Ordinal))
            .Sum(a => int.Parse(a.Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the queue of descriptors has nothing left.</summary>
    public async Task DrainedAsync(TimeSpan patience, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); await MessagesAsync("BulkIngestQueue", cancellation) > 0;)
        {
            if (clock.Elapsed > patience)
            {
                throw new BenchException($"The queue was not empty within {patience.TotalSeconds} s.");
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    /// <summary>Sweeps until no job waits in the outbox: those of killed publishers do so for a minute.</summary>
    /// <returns>How many waited at the beginning.</returns>
    public async Task<long> PublishedAsync(CancellationToken cancellation)
    {
        const string waiting = "select count(*) from outbox where published_at is null";
        var left = await CountAsync(waiting, cancellation);
        for (var clock = Stopwatch.StartNew(); await CountAsync(waiting, cancellation) > 0;)
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(3))
            {
                throw new BenchException("Jobs were left in the outbox.");
            }

            await SweepAsync(cancellation);
            await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        }

        return left;
    }

    /// <summary>Takes all jobs from the detection queue.</summary>
    public async Task<DeliveredJobs> TakeJobsAsync(CancellationToken cancellation)
    {
        var url = Url("DetectionQueue");
        var queue = new QueueClient(_http, _aws, url);
        var jobs = new DeliveredJobs();
        await Task.WhenAll(Enumerable.Range(0, SendersAtOnce).Select(async _ =>
        {
            while (await queue.ReceiveAsync(waitSeconds: 0, cancellationToken: cancellation) is { Count: > 0 } messages)
            {
                jobs.Add(messages.Select(m => m.Body));
                var handles = messages.Select((m, i) => new SqsEntry { Id = $"{i}", ReceiptHandle = m.ReceiptHandle });
                await SqsAsync(
                    "DeleteMessageBatch", new SqsRequest { QueueUrl = url, Entries = [.. handles] }, cancellation);
            }
        }));
        return jobs;
    }

    public async Task<long> CountAsync(string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Constants of the benches.
        await using var command = Owner.CreateCommand(sql);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public Task<long> RowsAsync(CancellationToken cancellation) =>
        CountAsync("select count(*) from photos", cancellation);

    /// <summary>Waits until there are this many rows.</summary>
    /// <returns>How many there are.</returns>
    public async Task<long> UntilRowsAsync(long count, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        long rows;
        while ((rows = await RowsAsync(cancellation)) < count)
        {
            if (clock.Elapsed > Patience)
            {
                throw new BenchException($"There were {rows} rows instead of {count} after {Patience.TotalSeconds} s.");
            }

            await Task.Delay(20, cancellation);
        }

        return rows;
    }

    /// <returns>Keys of the messages that have no row.</returns>
    public Task<long> LostAsync(int messages, CancellationToken cancellation) => CountAsync($"""
        select count(*) from generate_series(0, {messages - 1}) n
        where not exists (select from photos where s3_key_original = '{_project}/' || n || '.jpg')
        """, cancellation);

    /// <summary>Forgets all that was ingested.</summary>
    public async Task EmptyAsync(CancellationToken cancellation)
    {
        _ = await TakeJobsAsync(cancellation);
        await ExecuteAsync("truncate photos, photo_events, outbox, ingest_parts, ingest_rejects", cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Owner.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    // Without an id, so that each delivery would make another photo if anything let it.
    private string Message(int number) => $$"""
        {"version":1,"organization_id":"bench","batch_id":"{{_batch}}","part":{{number}},"inspect":false,"photo":
        {"project_id":"{{_project}}","s3_key":"{{_project}}/{{number}}.jpg","mime_type":"image/jpeg",
        "file_size":{{3_000_000 + number}},"width":6000,"height":4000,"exif_data":{"camera_make":"Canon","iso":100} } }
        """;

    private string Url(string queue) => $"{_cloud.Cloud}{CloudIdentity.AccountId}/photolambda-{queue}";

    private Task<SqsAnswer> SqsAsync(string operation, SqsRequest request, CancellationToken cancellation) =>
        new SqsConnection(_http, _aws, TimeProvider.System).CallAsync(operation, request, cancellation);

    private async Task<JsonElement> AskAsync(
        HttpMethod method, string path, string? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_cloud.Api, path));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return !answer.IsSuccessStatusCode ? throw new BenchException($"{path} answered {text}")
            : text.Length == 0 ? default
            : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // As above.
        await using var command = Owner.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
