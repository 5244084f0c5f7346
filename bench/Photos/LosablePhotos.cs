using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;
using PhotoLambda.Sqs;

namespace PhotoLambda.Bench;

/// <summary>Many small photos in a bucket without notifications: their events are sent by the bench, or not.</summary>
internal sealed class LosablePhotos : IDisposable
{
    public const string Bucket = "losable";

    private const int AtOnce = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // As a ticket leaves them; the bench's own rows, since a ticket for each would only take longer.
    private const string Insert = """
        with organization as (insert into organizations (id) values ('reconcile')),
        project as (
          insert into projects (id, organization_id, name) values (gen_random_uuid(), 'reconcile', 'Reconcile')
          returning id, organization_id)
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
          declared_content_type, declared_size_bytes, expires_at)
        select gen_random_uuid(), organization_id, id, 'photo.jpg', $1, key, 'image/jpeg', $3, now() + interval '1 hour'
        from project, unnest($2::text[]) as k (key)
        """;

    private const string CountTakenIn = """
        select count(*) from photos where s3_bucket = $1 and status in ('uploaded', 'processing')
        """;

    private readonly HttpClient _http = new();
    private readonly NpgsqlDataSource _database;
    private readonly AwsEnvironment _aws;
    private readonly string[] _keys;

    private LosablePhotos(Uri queue, NpgsqlDataSource database, string[] keys)
    {
        (Queue, Store, _database, _keys) = (queue.AbsoluteUri, new Uri(queue, "/"), database, keys);
        _aws = new AwsEnvironment(
            CloudIdentity.Region, new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, null),
            Store, Store);
    }

    public Uri Store { get; }

    /// <summary>URL of the queue of the store's events.</summary>
    public string Queue { get; }

    public static async Task<LosablePhotos> PutAsync(
        Uri api, NpgsqlDataSource database, int count, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = api };
        var state = await http.GetFromJsonAsync<JsonElement>("/_local/state", cancellation);
        var queue = state.GetProperty("queues").EnumerateArray().Select(q => q.GetProperty("url").GetString()!)
            .Single(url => url.EndsWith("-ObjectCreatedQueue", StringComparison.Ordinal));
        var keys = Enumerable.Range(0, count)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"2026/{i % 12 + 1:00}/photo {i:000000}.jpg"));
        var photos = new LosablePhotos(new Uri(queue), database, [.. keys]);
        await photos.PutAsync(cancellation);
        return photos;
    }

    public HashSet<string> Choose(int count, Random random) =>
        [.. random.GetItems(_keys, count * 2).Distinct().Take(count)];

    /// <summary>Sends the events of all photos but these, one in each message, as the store does.</summary>
    public async Task TellAsync(IReadOnlySet<string> lost, CancellationToken cancellation)
    {
        var queue = new QueueClient(_http, _aws, Queue);
        foreach (var some in _keys.Where(k => !lost.Contains(k)).Chunk(1000))
        {
            var outcomes = await queue.SendBatchAsync(
                [.. some.Select(k => new OutgoingMessage(Event(k)))], null, cancellation);
            if (outcomes.FirstOrDefault(o => !o.Confirmed) is { } refused)
            {
                throw new BenchException($"The queue did not take an event: {refused.Failure}");
            }
        }
    }

    public async Task UntilTakenInAsync(int count, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            await using var command = _database.CreateCommand(CountTakenIn);
            command.Parameters.Add(new NpgsqlParameter { Value = Bucket });
            if ((long)(await command.ExecuteScalarAsync(cancellation))! is var taken && taken == count)
            {
                return;
            }

            if (limit.IsCancellationRequested)
            {
                throw new BenchException($"Only {taken} of {count} photos were taken in within {Patience}.");
            }

            await Task.Delay(200, cancellation);
        }
    }

    /// <returns>The key of a plan's line; empty when it is another than that an event was lost.</returns>
    public static string KeyOfLostEvent(string line)
    {
        using var difference = JsonDocument.Parse(line);
        return difference.RootElement.GetProperty("reason").ValueEquals("event_lost")
            ? difference.RootElement.GetProperty("key").GetString()!
            : "";
    }

    public void Dispose() => _http.Dispose();

    private async Task PutAsync(CancellationToken cancellation)
    {
        var bucket = new BucketClient(_http, _aws, Bucket);
        using var made = await bucket.SendAsync(
            HttpMethod.Put, "", [], null, default, DateTimeOffset.MaxValue, cancellation);
        made.EnsureSuccessStatusCode();
        await using var insert = _database.CreateCommand(Insert);
        insert.Parameters.Add(new NpgsqlParameter { Value = Bucket });
        insert.Parameters.Add(new NpgsqlParameter { Value = _keys });
        insert.Parameters.Add(new NpgsqlParameter { Value = (long)Photo(_keys[0]).Length });
        await insert.ExecuteNonQueryAsync(cancellation);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(_keys, parallel, async (key, token) =>
        {
            using var put = await bucket.SendAsync(HttpMethod.Put, key, [], request =>
                request.Content!.Headers.TryAddWithoutValidation("Content-Type", "image/jpeg"),
                Photo(key), DateTimeOffset.MaxValue, token);
            put.EnsureSuccessStatusCode();
        });
    }

    // One pixel, with its key as a comment (COM, ITU-T T.81 B.2.4.5), so that no two photos have the same content.
    private static byte[] Photo(string key) =>
    [
        0xff, 0xd8,
        0xff, 0xfe, 0, (byte)(Encoding.ASCII.GetByteCount(key) + 2), .. Encoding.ASCII.GetBytes(key),
        0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0,
        0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0,
        0xff, 0xd9,
    ];

    private static string Event(string key) => JsonSerializer.Serialize(new
    {
        Records = new[]
        {
            new
            {
                eventVersion = "2.1",
                eventSource = "aws:s3",
                awsRegion = CloudIdentity.Region,
                eventTime = DateTime.UtcNow,
                eventName = "ObjectCreated:Put",
                s3 = new
                {
                    bucket = new { name = Bucket },
                    @object = new
                    {
                        key = key.Replace(' ', '+'),
                        size = Photo(key).Length,
                        eTag = ETag(key),
                        sequencer = "0055AED6DCD90281E5",
                    },
                },
            },
        },
    });

#pragma warning disable CA5351 // The ETag of an object in a single part is its MD5.
    private static string ETag(string key) =>
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Photo(key)));
#pragma warning restore CA5351
}
