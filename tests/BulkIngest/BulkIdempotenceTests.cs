using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>However often and wherever a descriptor comes, there is one row and one job.</summary>
public sealed class BulkIdempotenceTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_message_may_come_twice_in_one_batch_and_again()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var body = BulkStage.Message(stage.Descriptor("a"), stage.Descriptor("b"), stage.Descriptor("a"));

        Assert.Empty(await stage.Function.IngestAsync([body, body]));
        Assert.Empty(await stage.Function.IngestAsync([body]));

        await stage.HasOnceAsync(["a.jpg", "b.jpg"]);
        Assert.Equal(2, (await stage.ReceiveAsync("jobs")).Count);
    }

    [Fact]
    public async Task Two_functions_that_take_the_same_at_once_store_it_once()
    {
        const int Rounds = 12;
        const int Rows = 200;
        await using var stage = await BulkStage.NewAsync(cloud);
        await using var other = await stage.AnotherAsync();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);

        for (var round = 0; round < Rounds; round++)
        {
            string[] Shuffled()
            {
                int[] numbers = [.. Enumerable.Range(0, Rows)];
                random.Shuffle(numbers);
                return [.. numbers.Chunk(40).Select(some => BulkStage.Message(
                    [.. some.Select(n => stage.Descriptor($"{round}-{n}"))]))];
            }

            var answers = await Task.WhenAll(
                stage.Function.IngestAsync(Shuffled()), other.IngestAsync(Shuffled()));

            Assert.Empty(answers[0]);
            Assert.Empty(answers[1]);
        }

        await stage.HasOnceAsync(
            Enumerable.Range(0, Rounds).SelectMany(r => Enumerable.Range(0, Rows).Select(n => $"{r}-{n}.jpg")));
    }

    [Fact]
    public async Task Two_functions_with_ids_crosswise_lose_nothing_to_a_deadlock()
    {
        const int Rows = 100;
        await using var stage = await BulkStage.NewAsync(cloud);
        await using var other = await stage.AnotherAsync();
        for (var round = 0; round < 8; round++)
        {
            Guid[] ids = [.. Enumerable.Range(0, Rows).Select(_ => Guid.CreateVersion7())];
            string[] Messages(string prefix, IEnumerable<Guid> order) => [BulkStage.Message(
                [.. order.Select((id, n) => WithId(stage, $"{prefix}-{n:000}", id))])];
            string[][] bodies = [Messages($"{round}-a", ids), Messages($"{round}-b", ids.Reverse())];
            LoneBulkIngest[] functions = [stage.Function, other];
            for (var receives = 0; bodies.Any(b => b.Length > 0); receives++)
            {
                Assert.InRange(receives, 0, 4);
                var answers = await Task.WhenAll(functions.Zip(bodies, (f, b) => f.IngestAsync(b)));
                bodies = [.. bodies.Zip(answers, (b, failed) => failed.Length > 0 ? b : [])];
            }

            // One of two objects has the id, the other one is rejected for it.
            Assert.Equal([$"{Rows}"], await stage.RowsAsync(
                $"select count(distinct id) from photos where starts_with(file_name, '{round}-')"));
            Assert.Equal([$"23505,id,{Rows}"], await stage.RowsAsync(
                "select sqlstate, field, count(*) from ingest_rejects group by 1, 2"));
            await stage.Database.ExecuteAsync("truncate ingest_rejects");
        }
    }

    [Fact]
    public async Task Of_two_ids_for_an_object_the_first_counts_and_an_id_is_of_one_object()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        var body = BulkStage.Message(
            WithId(stage, "a", ids[2]), WithId(stage, "a", ids[0]), WithId(stage, "b", ids[1]),
            WithId(stage, "c", ids[1]));

        Assert.Empty(await stage.Function.IngestAsync([body]));
        Assert.Empty(await stage.Function.IngestAsync([body]));

        Assert.Equal(new[] { $"a.jpg,{ids[2]}", $"b.jpg,{ids[1]}" },
            await stage.RowsAsync("select file_name, id from photos"));
        Assert.Equal(["3,23505,id"], await stage.RowsAsync("select row_number, sqlstate, field from ingest_rejects"));
    }

    [Fact]
    public async Task A_photo_that_was_deleted_does_not_come_back_with_its_message()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var body = BulkStage.Message(stage.Descriptor("a"));
        Assert.Empty(await stage.Function.IngestAsync([body]));
        await stage.Database.ExecuteAsync("""
            insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at, finished_at)
            select id, organization_id, s3_bucket, array[s3_key_original], now(), now() from photos;
            delete from photos
            """);

        Assert.Empty(await stage.Function.IngestAsync([body]));
        Assert.Empty(await stage.Function.IngestAsync([body]));

        Assert.Equal(["55000"], await stage.RowsAsync("select sqlstate from ingest_rejects"));
        Assert.Empty(await stage.RowsAsync(
            "select id from photos union all select photo_id from outbox union all select photo_id from photo_events"));
    }

    [Fact]
    public async Task Jobs_and_looks_that_no_queue_took_are_sent_by_the_next_invocation()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await using (var alone = await stage.AnotherAsync(("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")))
        {
            Assert.Empty(await alone.IngestAsync(
                [BulkStage.Message([.. Enumerable.Range(0, 30).Select(n => stage.Descriptor($"{n}"))])], seconds: 3));
        }

        Assert.Equal(["detection,30", "look,2"], await stage.RowsAsync(
            "select queue, count(*) from outbox where published_at is null group by 1"));
        await stage.Database.ExecuteAsync("update outbox set due_at = now()");

        Assert.Empty(await stage.Function.IngestAsync([BulkStage.Message(stage.Descriptor("next"))]));

        Assert.Equal(
            (await stage.RowsAsync("select id from photos")),
            (await stage.ReceiveAsync("jobs")).Select(j => (string)j["job_id"]!).Order(StringComparer.Ordinal));
        Assert.Equal(31, (await stage.ReceiveAsync("events")).Sum(Objects));
        Assert.Empty(await stage.RowsAsync("select job_id from outbox where published_at is null"));
    }

    [Fact]
    public async Task Looks_have_twenty_objects_of_one_organization_at_most()
    {
        var inland = Guid.CreateVersion7();
        await using var stage = await BulkStage.NewAsync(cloud, $"""
            insert into organizations (id) values ('inland');
            insert into projects (id, organization_id, name) values ('{inland}', 'inland', 'Mill')
            """);
        var home = BulkStage.Message([.. Enumerable.Range(0, 45).Select(n => stage.Descriptor($"{n}"))]);
        var theirs = home.Replace($"{stage.Project}", $"{inland}", StringComparison.Ordinal)
            .Replace("harbour", "inland", StringComparison.Ordinal);

        Assert.Empty(await stage.Function.IngestAsync([home, theirs]));

        var looks = await stage.ReceiveAsync("events");
        Assert.Equal(90, looks.Sum(Objects));
        Assert.All(looks, look => Assert.InRange(Objects(look), 1, 20));
        Assert.All(looks, look => Assert.Single(
            look["PhotoLambdaLook"]!.AsArray().Select(o => ((string)o!["key"]!)[..36]).Distinct()));
    }

    private static int Objects(JsonNode look) => look["PhotoLambdaLook"]!.AsArray().Count;

    private static JsonObject WithId(BulkStage stage, string name, Guid id)
    {
        var descriptor = stage.Descriptor(name);
        descriptor["id"] = $"{id}";
        return descriptor;
    }
}
