namespace PhotoLambda.Tests;

public class BackfillMistakeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("", "Say which objects: s3://bucket/prefix, or --inventory manifest.json.")]
    [InlineData("photos O P",
        "The place must be s3://, a bucket's name, a slash and the beginning of keys; it was 'photos'.")]
    [InlineData("s3:///a O P", "it was 's3:///a'.")]
    [InlineData("s3://photos/thumbnails/a O P", "The place must not lie below thumbnails/ or public/")]
    [InlineData("s3://photos/a P", "--organization must have 1 to 255 characters; it has 0.")]
    [InlineData("s3://photos/a O", "--project must be a UUID; it is not given.")]
    [InlineData("s3://photos/a O --project 1", "--project must be a UUID; it was '1'.")]
    [InlineData("s3://photos/a P --organization nobody", "The organization nobody has no project")]
    [InlineData("s3://photos/a O P --priority urgent", "--priority must be low, normal or high; it was 'urgent'.")]
    [InlineData("s3://photos/a O P --detect a,,b", "--detect must be up to 16 names with commas between them")]
    [InlineData("s3://photos/a O P --detect a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "it was 'a,b,c,d,e,f,g,h,i,j,k,l,m")]
    [InlineData("s3://photos/a O P --batch-id 7", "--batch-id must be a UUID; it was '7'.")]
    [InlineData("s3://photos/a O P --patience 0s", "--patience must be a number with s, m, h or d behind it")]
    [InlineData("s3://photos/a O P --queue nowhere", "--queue must be an http or https URL; it was 'nowhere'.")]
    [InlineData("s3://photos/a O P noqueue", "No queue is named: give --queue or set PHOTOLAMBDA_BULK_QUEUE_URL.")]
    [InlineData("--batch-id 00000000-0000-0000-0000-000000000001",
        "There is no batch 00000000-0000-0000-0000-000000000001.")]
    [InlineData("s3://there-is-none/a O P", "There is no bucket there-is-none.")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        using var stage = await BackfillStage.NewAsync(cloud);
        if (options.EndsWith(" noqueue", StringComparison.Ordinal))
        {
            stage.Environment["PHOTOLAMBDA_BULK_QUEUE_URL"] = null;
        }

        var arguments = options.Replace(" noqueue", "", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(o => o switch { "O" => stage.Owner[..2], "P" => stage.Owner[2..], _ => [o] });

        var (exit, output) = await stage.RunAsync(["backfill", .. arguments]);

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task A_queue_that_fails_is_a_message_and_the_same_command_mends_it()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a/1.jpg", "a/2.jpg");
        await using var queue = await BrokenStore.StartAsync(503);
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;
        var batch = $"{Guid.CreateVersion7()}";

        var (exit, output) = await stage.BackfillAsync("a/", "--batch-id", batch);

        Assert.True(exit == 1, output);
        Assert.Contains("The queue does not take messages: Http503", output);
        Assert.Contains("0 objects were sent and will be registered; the same command begins again", output);
        // Each of three rounds has four tries.
        Assert.Equal(12, queue.Requests);
        stage.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        (exit, output) = await stage.RunAsync("backfill", "--batch-id", batch);
        Assert.True(exit == 1, output);
        Assert.Contains($"The batch {batch} was not sent to its end.", output);
        (exit, output) = await stage.BackfillAsync("a/", "--batch-id", batch);
        Assert.True(exit == 0, output);
        Assert.Contains($"The batch {batch} was not sent to its end; all is sent again as ", output);
        Assert.Contains("2 objects: 2 stored", output);
    }

    [Fact]
    public async Task A_batch_that_was_sent_is_only_waited_for()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a/1.jpg");
        var batch = $"{Guid.CreateVersion7()}";
        await stage.BackfillAsync("a/", "--batch-id", batch);

        var (exit, output) = await stage.BackfillAsync("a/", "--batch-id", batch);

        Assert.True(exit == 0, output);
        Assert.StartsWith($"The batch {batch} was sent before; only what became of it is shown.", output);
        using var other = await BackfillStage.NewAsync(cloud);
        (exit, output) = await other.BackfillAsync("a/", "--batch-id", batch);
        Assert.True(exit == 1, output);
        Assert.Contains($"The batch {batch} is another's.", output);
    }

    [Fact]
    public async Task A_function_that_does_not_run_is_not_waited_for_without_end()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a/1.jpg");
        await using var queues = await SqsServer.StartAsync();
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = queues.Url.AbsoluteUri;

        var (exit, output) = await stage.BackfillAsync("a/", "--queue", queues.Queue().Url, "--patience", "1s");

        Assert.True(exit == 1, output);
        Assert.Contains("Nothing happened for 1s: 0 of 1 are done.", output);
        Assert.Contains($"photolambda backfill --batch-id {BackfillStage.BatchOf(output)}", output);
        Assert.Equal(1, queues.Queue().Counts().Visible);
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_while_is_waited_for()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a/1.jpg");
        await using var queues = await SqsServer.StartAsync();
        var (database, url) = UnreliableDatabase.InFrontOf(cloud.Cloud.Database.OwnerUrl!);
        using var _ = database;
        stage.Environment["PHOTOLAMBDA_DATABASE_URL"] = url;
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = queues.Url.AbsoluteUri;
        using var run = CommandLine.Start(stage.Environment,
            ["backfill", $"s3://{stage.Bucket.Name}/a/", .. stage.Owner, "--queue", queues.Queue().Url]);
        await stage.Bucket.UntilAsync(
            "select count(*) = 1 from ingest_batches where organization_id = $1 and total = 1",
            stage.Bucket.Organization);

        // The program's connection is cut, which it finds out when it asks next.
        database.GoDown();
        await cloud.RowAsync("""
            insert into ingest_parts (batch_id, part, organization_id, rows)
            select id, 0, organization_id, 1 from ingest_batches where organization_id = $1
            """, stage.Bucket.Organization);
        database.ComeBack();

        var (exit, output) = await run.EndAsync();
        Assert.True(exit == 0, output);
        Assert.Contains("1 object: 0 stored, 1 were there, 0 rejected", output);
    }

    [Fact]
    public async Task Waiting_is_stopped_by_the_user()
    {
        using var stage = await BackfillStage.NewAsync(cloud, "a/1.jpg");
        await using var queues = await SqsServer.StartAsync();
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = queues.Url.AbsoluteUri;
        using var run = CommandLine.Start(stage.Environment,
            ["backfill", $"s3://{stage.Bucket.Name}/a/", .. stage.Owner, "--queue", queues.Queue().Url]);
        await stage.Bucket.UntilAsync(
            "select count(*) = 1 from ingest_batches where organization_id = $1 and total = 1",
            stage.Bucket.Organization);

        run.Signal("INT");

        var (exit, output) = await run.EndAsync();
        Assert.True(exit == 130, output);
        Assert.Contains("Stopped waiting; the registration goes on.", output);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Stopped_in_the_middle_it_begins_again(string signal)
    {
        // So long that they fill two requests of messages.
        var folder = "long/" + new string('x', 900);
        using var stage = await BackfillStage.NewAsync(
            cloud, Enumerable.Range(0, 1_200).Select(i => $"{folder}{i:d4}.jpg"));
        var (requests, second) = (0, new TaskCompletionSource());
        await using var proxy = await ForwardingStore.StartAsync(cloud, async http =>
        {
            if (Interlocked.Increment(ref requests) >= 2)
            {
                second.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }
        });
        stage.Environment["AWS_ENDPOINT_URL_SQS"] = proxy.Address;
        var batch = $"{Guid.CreateVersion7()}";
        string[] command = ["backfill", $"s3://{stage.Bucket.Name}/long/", .. stage.Owner, "--batch-id", batch];
        using (var run = CommandLine.Start(stage.Environment, command))
        {
            await second.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await stage.Bucket.UntilAsync(
                "select count(*) > 0 from ingest_parts where batch_id = $1", Guid.Parse(batch));
            run.Signal(signal);
            var (stopped, said) = await run.EndAsync();
            Assert.True(signal == "KILL" || stopped == 130, said);
            Assert.True(signal == "KILL" || said.Contains("Stopped. ", StringComparison.Ordinal), said);
        }

        Assert.InRange(await stage.PhotosAsync(), 1, 1_199);
        stage.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        var (exit, output) = await stage.RunAsync(command);

        Assert.True(exit == 0, output);
        Assert.Contains($"The batch {batch} was not sent to its end; all is sent again as ", output);
        Assert.Equal(1_200, await stage.PhotosAsync());
        Assert.Equal([1200L], await cloud.RowAsync(
            "select count(distinct s3_key_original) from photos where s3_bucket = $1", stage.Bucket.Name));
    }
}
