namespace PhotoLambda.Tests;

public class ReprocessCommandTests(CloudFixture cloud)
{
    private const string IsRead =
        "select count(*) = 6 from photos where project_id = $1 and extractor_version > 0 and width_px = 1";

    [Fact]
    public async Task Photos_of_an_older_extractor_are_read_again()
    {
        using var bucket = await SixPhotosAsync();

        var (exit, output) = await bucket.RunAsync(
            "reprocess", "--where", "version<1", "--project", $"{bucket.Project}", "--batch", "4");

        Assert.True(exit == 0, output);
        Assert.Contains($"Reading 6 photos again: version<1 project {bucket.Project}.", output);
        Assert.Contains("6 photos read again", output);
        Assert.Equal([true], await cloud.RowAsync(IsRead, bucket.Project));
        // The version of the object is the one that is known: only what was read of it changes.
        Assert.Equal("completed", await bucket.StatusAsync());
        Assert.Contains("0 photos", (await bucket.RunAsync(
            "reprocess", "--where", "version<1", "--project", $"{bucket.Project}")).Output);
        Assert.Contains($"version<1 project {bucket.Project}", (await bucket.RunAsync("reprocess", "--status")).Output);
    }

    [Fact]
    public async Task Failed_ones_are_read_again_and_good_ones_are_not()
    {
        using var bucket = await TendedBucket.NewAsync(cloud);
        await bucket.PutAsync("a", "b", "c");
        var failed = await bucket.AddRowAsync("a", "failed", TendedBucket.ETag(TendedBucket.Photo("a")), "inspection");
        var unread = await bucket.AddRowAsync("b", "completed", TendedBucket.ETag(TendedBucket.Photo("b")));
        await bucket.AddRowAsync("c", "completed", TendedBucket.ETag(TendedBucket.Photo("c")));
        await bucket.AddRowAsync("gone", "failed", failedBy: "removal");
        await cloud.RowAsync("update photos set metadata_errors = '[{}]' where id = $1", unread);

        var (exit, output) = await bucket.RunAsync("reprocess", "--failed", "--project", $"{bucket.Project}");

        Assert.True(exit == 0 && output.Contains("2 photos read again", StringComparison.Ordinal), output);
        await bucket.UntilAsync("select status in ('uploaded', 'processing') from photos where id = $1", failed);
        Assert.Equal([2L], await cloud.RowAsync(
            "select count(*) from photos where project_id = $1 and extractor_version > 0", bucket.Project));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task A_run_that_is_stopped_goes_on_where_it_was(string signal)
    {
        using var bucket = await SixPhotosAsync();
        string[] command = ["reprocess", "--project", $"{bucket.Project}", "--batch", "2"];
        var (messages, third) = (0, new TaskCompletionSource());
        await using var queue = await DeafQueue.StartAsync(async keys =>
        {
            if (Interlocked.Increment(ref messages) == 3)
            {
                third.TrySetResult();
                return;
            }

            await cloud.RowAsync("update photos set updated_at = clock_timestamp(), extractor_version = 1 "
                + "where s3_bucket = $1 and s3_key_original = any ($2)", bucket.Name, keys);
        });
        bucket.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;
        using (var run = CommandLine.Start(bucket.Environment, command))
        {
            await third.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            var (another, refused) = await bucket.RunAsync(command);
            Assert.Equal(1, another);
            Assert.StartsWith("The same is running already", refused);
            run.Signal(signal);
            var (stopped, said) = await run.EndAsync();
            Assert.True(signal == "KILL" || stopped == 130, said);
            Assert.Contains(signal == "KILL"
                ? "Reading 6 photos again"
                : "Stopped after 4 of 6; the same command goes on from there.", said);
        }

        bucket.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        // The server lets go of a killed run's lock when it notices.
        await bucket.UntilAsync("""
            select not exists (select from pg_locks where locktype = 'advisory' and objid::bigint =
              hashtextextended('reprocess all project ' || $1, 0) & 4294967295)
            """, bucket.Project.ToString());
        var (exit, output) = await bucket.RunAsync(command);

        Assert.True(exit == 0, output);
        Assert.Contains($"Going on with all project {bucket.Project} after 4 of 6", output);
        Assert.Contains("6 photos read again", output);
        Assert.Equal([2L], await cloud.RowAsync(
            "select count(*) from photos where project_id = $1 and width_px = 1", bucket.Project));
    }

    [Fact]
    public async Task Begun_anew_a_run_reads_all()
    {
        using var bucket = await SixPhotosAsync();
        await cloud.RowAsync("""
            insert into reprocess_runs (selection, after_id, total, done)
            select 'all project ' || $1, max(id::text)::uuid, 6, 6 from photos where project_id::text = $1
            """, bucket.Project.ToString());

        var (exit, output) = await bucket.RunAsync("reprocess", "--project", $"{bucket.Project}", "--restart");

        Assert.True(exit == 0 && output.Contains("Reading 6 photos again", StringComparison.Ordinal), output);
        Assert.Equal([true], await cloud.RowAsync(IsRead, bucket.Project));
    }

    [Fact]
    public async Task What_is_not_read_in_time_is_named()
    {
        using var bucket = await SixPhotosAsync();
        var asked = 0;
        await using var queue = await DeafQueue.StartAsync(keys =>
        {
            Interlocked.Add(ref asked, keys.Length);
            return Task.CompletedTask;
        });
        bucket.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;

        var (exit, output) = await bucket.RunAsync("reprocess", "--project", $"{bucket.Project}", "--wait", "1s");

        Assert.True(exit == 2, output);
        Assert.Equal(6, output.Split('\n').Count(l => l.StartsWith("not done: ", StringComparison.Ordinal)));
        Assert.Contains("0 photos read again", output);
        Assert.Contains("; 6 not.", output);
        // Once more after half the time.
        Assert.Equal(12, asked);
    }

    [Fact]
    public async Task A_queue_that_fails_leaves_the_run_open()
    {
        using var bucket = await SixPhotosAsync();
        await using var queue = await BrokenStore.StartAsync(400);
        bucket.Environment["AWS_ENDPOINT_URL_SQS"] = queue.Address;

        var (exit, output) = await bucket.RunAsync("reprocess", "--project", $"{bucket.Project}");

        Assert.True(exit == 1, output);
        Assert.Contains("0 of 6 are done; the same command goes on from there.", output);
        bucket.Environment.Remove("AWS_ENDPOINT_URL_SQS");
        Assert.Equal(0, (await bucket.RunAsync("reprocess", "--project", $"{bucket.Project}")).Exit);
    }

    [Theory]
    [InlineData("", "Say which photos: --where 'version<N', --failed, --project ID, or two of them.")]
    [InlineData("--where version<1 --failed", "--where and --failed cannot be given together.")]
    [InlineData("--where version<=1", "--where must be 'version<N' with N from 1 to ")]
    [InlineData("--where version<0", "; it was 'version<0'.")]
    [InlineData("--where version<1000000", "; it was 'version<1000000'.")]
    [InlineData("--where version<1;drop", "; it was 'version<1;drop'.")]
    [InlineData("--project harbour", "--project must be a UUID; it was 'harbour'.")]
    [InlineData("--project 00000000-0000-0000-0000-000000000001", "There is no project")]
    [InlineData("--failed --batch 0", "--batch must be a number from 1 to 10000; it was '0'.")]
    [InlineData("--failed --batch 10001", "--batch must be a number from 1 to 10000; it was '10001'.")]
    [InlineData("--failed --wait 2h",
        "--wait must be a number with s, m, h or d behind it, from 1s to 1h; it was '2h'.")]
    [InlineData("--failed --queue nowhere", "--queue must be an http or https URL; it was 'nowhere'.")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        using var bucket = await TendedBucket.NewAsync(cloud);

        var (exit, output) = await bucket.RunAsync(
            ["reprocess", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }

    private async Task<TendedBucket> SixPhotosAsync()
    {
        var bucket = await TendedBucket.NewAsync(cloud);
        string[] keys = ["a", "b", "c", "d", "e", "f"];
        await bucket.PutAsync(keys);
        foreach (var key in keys)
        {
            await bucket.AddRowAsync(key, "completed", TendedBucket.ETag(TendedBucket.Photo(key)));
        }

        return bucket;
    }
}
