using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using PhotoLambda.Aws;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

/// <summary>
/// Histories of objects whose events come several times each, late and in any order, to two instances of the function.
/// <c>PHOTOLAMBDA_HISTORIES</c> says how many, <c>PHOTOLAMBDA_SEED</c> which.
/// </summary>
public sealed class ObjectHistoryTests(CloudFixture cloud)
{
    private const int Usual = 160;
    private const int AtATime = 40;
    private const int Writers = 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_the_order_the_last_event_counts()
    {
        var seed = Setting("PHOTOLAMBDA_SEED") ?? Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        await using var database = await SweepDatabase.NewAsync(cloud);
        await using var sqs = await SqsServer.StartAsync();
        (string, string)[] changes =
        [
            ("PHOTOLAMBDA_DATABASE_URL", database.Worker), ("AWS_ENDPOINT_URL_SQS", sqs.Url.AbsoluteUri),
            ("PHOTOLAMBDA_DETECTION_QUEUE_URL", sqs.Queue().Url),
        ];
        await using var one = await LoneOnObjectCreated.StartAsync(cloud, changes);
        await using var two = await LoneOnObjectCreated.StartAsync(cloud, changes);
        await database.ExecuteAsync("""
            insert into organizations (id) values ('o');
            insert into projects (id, organization_id, name) values ('00000000-0000-7000-8000-000000000001', 'o', 'p')
            """);

        var histories = new ConcurrentBag<ObjectHistory>();
        var groups = ((Setting("PHOTOLAMBDA_HISTORIES") ?? Usual) + AtATime - 1) / AtATime;
        await Parallel.ForAsync(0, groups, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (group, _) =>
        {
            foreach (var history in await RunAsync(new Random(seed + group), database, one, two))
            {
                histories.Add(history);
            }
        });

        var rows = (await database.RowsAsync("""
            select id, status, split_part(coalesce(failure_reason, ''), ':', 1),
              case when failed_by is distinct from 'removal' then width_px end, sequencer from photos
            """)).ToDictionary(r => r[..36], r => r[37..]);
        var wrong = histories.Where(h => rows[$"{h.PhotoId}"] != h.Expected)
            .Select(h => $"{h.PhotoId}: {rows[$"{h.PhotoId}"]}, expected {h.Expected}").ToArray();
        Assert.True(wrong.Length == 0, $"seed {seed}: {wrong.Length} of {histories.Count}\n{string.Join('\n', wrong)}");
        await EachJobIsInTheQueueAsync(histories, sqs, seed);
    }

    /// <summary>Lets a group of objects live, and delivers their events now and then, the rest in the end.</summary>
    private async Task<IReadOnlyList<ObjectHistory>> RunAsync(
        Random random, SweepDatabase database, params LoneOnObjectCreated[] functions)
    {
        using var http = new HttpClient();
        var store = new BucketClient(http, Aws(), CloudFixture.QuietBucket);
        var histories = Enumerable.Range(0, AtATime)
            .Select(_ => ObjectHistory.New(random, CloudFixture.QuietBucket)).ToArray();
        await database.ExecuteAsync(string.Join(";\n", histories.Select(h => $"""
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
              declared_content_type, declared_size_bytes)
            values ('{h.PhotoId}', 'o', '00000000-0000-7000-8000-000000000001', 'a.jpg', '{CloudFixture.QuietBucket}',
              '{h.Key}', 'image/jpeg', 4096)
            """)));
        var pool = new List<string>();
        var living = histories.ToList();
        while (living.Count > 0)
        {
            var history = living[random.Next(living.Count)];
            var item = await history.StepAsync(random, store, Stop);
            pool.AddRange(Enumerable.Repeat(item, random.Next(1, 6)));
            living.RemoveAll(h => h.Left == 0);
            if (random.Next(4) == 0)
            {
                await DeliverAsync(random, pool, functions);
            }
        }

        while (pool.Count > 0)
        {
            await DeliverAsync(random, pool, functions);
        }

        return histories;
    }

    /// <summary>Two batches at the same time; what fails comes again.</summary>
    private static async Task DeliverAsync(Random random, List<string> pool, LoneOnObjectCreated[] functions)
    {
        var failed = await Task.WhenAll(functions.Select(async function =>
        {
            var batch = Take(random, pool);
            var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(
                [.. batch.Select((item, i) => ($"{i}", item))]));
            return LoneOnObjectCreated.Failures(answer)
                .Select(i => batch[int.Parse(i, CultureInfo.InvariantCulture)]).ToArray();
        }).ToArray());
        pool.AddRange(failed.SelectMany(f => f));
    }

    private static List<string> Take(Random random, List<string> pool)
    {
        var batch = new List<string>();
        for (var count = random.Next(1, 30); count > 0 && pool.Count > 0; count--)
        {
            var at = random.Next(pool.Count);
            batch.Add(pool[at]);
            (pool[at], pool[^1]) = (pool[^1], pool[at]);
            pool.RemoveAt(pool.Count - 1);
        }

        return batch;
    }

    private static async Task EachJobIsInTheQueueAsync(
        ConcurrentBag<ObjectHistory> histories, SqsServer sqs, int seed)
    {
        var jobs = new List<(Guid Photo, Guid Job)>();
        while (await sqs.Queue().ReceiveAsync(1000, TimeSpan.Zero, cancellationToken: Stop) is { Count: > 0 } some)
        {
            jobs.AddRange(some.Select(m => JsonDocument.Parse(m.Message.Body).RootElement)
                .Select(j => (j.GetProperty("photo_id").GetGuid(), j.GetProperty("job_id").GetGuid())));
        }

        var sent = jobs.ToHashSet();
        var lost = histories.Where(h => h.ExpectedJob is { } job && !sent.Contains((h.PhotoId, job))).ToArray();
        Assert.True(lost.Length == 0, $"seed {seed}: the jobs of {lost.Length} photos were never sent");
        TestContext.Current.SendDiagnosticMessage(
            $"{histories.Count} histories, {sent.Count} jobs in {jobs.Count} messages");
    }

    private AwsEnvironment Aws() =>
        AwsEnvironment.Read(name => cloud.Settings("OnObjectCreatedFunction").GetValueOrDefault(name));

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
