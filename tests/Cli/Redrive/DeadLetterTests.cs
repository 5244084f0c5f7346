namespace PhotoLambda.Tests;

public class DeadLetterTests(CloudFixture cloud)
{
    [Fact]
    public async Task Dead_letters_go_back_as_they_were()
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);
        string[] bodies = [.. Enumerable.Range(0, 45).Select(i => $$"""{"Möwe":{{i}},"a":"\"\\n"}""")];
        stage.Die(bodies);

        var (exit, output) = await stage.RunAsync("--queue", "bulk");

        Assert.True(exit == 0, output);
        Assert.Contains("45 messages moved.", output);
        Assert.Equal((0, 45), stage.Counts);
        var live = await stage.LiveAsync();
        Assert.Equal(bodies.Order(), live.Select(m => m.Body).Order());
        Assert.All(live, m =>
        {
            Assert.Equal("ü", m.MessageAttributes!["text"].StringValue);
            Assert.Equal(new("Number", "7"), m.MessageAttributes["number"]);
            Assert.Equal([0, 1, 255], m.MessageAttributes["bytes"].BinaryValue!);
            Assert.Equal("Root=1-5759e988-bd862e3fe1be46a994272793", m.Attributes!["AWSTraceHeader"]);
        });
    }

    [Fact]
    public async Task No_more_go_back_than_are_asked_for()
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);
        stage.Die(Enumerable.Range(0, 30).Select(i => $"{i}"));

        var (exit, output) = await stage.RunAsync("--from", stage.DeadUrl, "--to", stage.LiveUrl, "--limit", "17");

        Assert.True(exit == 0, output);
        Assert.Contains("17 messages moved.", output);
        Assert.Equal((13, 17), stage.Counts);
    }

    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);
        stage.Die("a", "b", "c");

        var (exit, output) = await stage.RunAsync("--dry-run", "--queue", "bulk");

        Assert.True(exit == 0, output);
        Assert.Contains("about 3  about 0", output);
        Assert.Equal((3, 0), stage.Counts);
        (exit, output) = await stage.RunAsync("--dry-run", "--from", stage.DeadUrl);
        Assert.True(exit == 0, output);
        Assert.Contains("about 3", output);
        stage.Environment.Remove("PHOTOLAMBDA_DETECTION_QUEUE_URL");
        (exit, output) = await stage.RunAsync("--dry-run", "--organization", "nobody");
        Assert.True(exit == 0, output);
        Assert.Contains("The queue 'events' is not asked: PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL is not set.", output);
        Assert.Contains("about 3", output);
        Assert.Contains("There are no rejects.", output);
    }

    [Fact]
    public async Task A_queue_that_takes_nothing_leaves_them_where_they_are()
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);
        stage.Die("a", "b");
        stage.Hold(operation => operation == "SendMessageBatch"
            ? throw new InvalidOperationException("the queue is down")
            : Task.CompletedTask);

        var (exit, output) = await stage.RunAsync("--queue", "bulk");

        Assert.True(exit == 1, output);
        Assert.Contains("The queue does not take messages: Http500", output);
        Assert.Contains("0 messages moved; the others stay dead letters.", output);
        Assert.Equal((2, 0), stage.Counts);
    }

    [Theory]
    [InlineData("INT", "SendMessageBatch")]
    [InlineData("KILL", "SendMessageBatch")]
    [InlineData("KILL", "DeleteMessage")]
    public async Task Stopped_in_the_middle_none_is_lost(string signal, string operation)
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);
        string[] bodies = [.. Enumerable.Range(0, 200).Select(i => $"{i}")];
        stage.Die(bodies);
        var (requests, held, release) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        stage.Hold(async o =>
        {
            if (o == operation && Interlocked.Increment(ref requests) > 5)
            {
                held.TrySetResult();
                await release.Task;
            }
        });
        using (var run = CommandLine.Start(stage.Environment, "redrive", "--queue", "bulk"))
        {
            await held.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            run.Signal(signal);
            if (signal == "INT")
            {
                var (stopped, said) = await run.EndAsync();
                Assert.True(stopped == 130, said);
                Assert.Contains("Stopped after ", said);
            }
            else
            {
                await run.EndAsync();
            }
        }

        stage.Hold(_ => Task.CompletedTask);
        release.SetResult();
        Assert.InRange(stage.Counts.Dead, 1, 199);
        var (exit, output) = await stage.RunAsync("--queue", "bulk");
        Assert.True(exit == 2, output);
        Assert.Contains(" are hidden: somebody else receives them", output);
        stage.Pass(TimeSpan.FromSeconds(61));
        (exit, output) = await stage.RunAsync("--queue", "bulk");

        Assert.True(exit == 0, output);
        Assert.Equal(0, stage.Counts.Dead);
        Assert.Equal(bodies.Order(), (await stage.LiveAsync()).Select(m => m.Body).Distinct().Order());
    }

    [Theory]
    [InlineData("", "Say what: --queue NAME, --from URL --to URL, --rejects, or --dry-run for all.")]
    [InlineData("--queue bulk --rejects", "--queue, --from and --rejects cannot be given together.")]
    [InlineData("--queue bulk --to http://x/q", "--to has no meaning with --queue.")]
    [InlineData("--queue bulk --batch 1", "--batch has no meaning without --rejects.")]
    [InlineData("--queue jobs", "--queue must be one of bulk, events, detection; it was 'jobs'.")]
    [InlineData("--queue events", "Nobody says where the queue 'events' is: set PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL")]
    [InlineData("--queue detection", "The queue 'detection' has no dead-letter queue: its RedrivePolicy names none.")]
    [InlineData("--from http://x/q", "--from needs --to, the URL of another queue.")]
    [InlineData("--from http://x/q --to http://x/q", "--from needs --to, the URL of another queue.")]
    [InlineData("--from here --to http://x/q", "--from must be an http or https URL; it was 'here'.")]
    [InlineData("--from http://127.0.0.1/1/none --to http://x/q", "The queue refuses: ")]
    [InlineData("--queue bulk --limit 0", "--limit must be a number from 1 to 1000000000; it was '0'.")]
    [InlineData("--rejects --batch 1", "--batch must be a UUID; it was '1'.")]
    [InlineData("--rejects --sqlstate 22", "--sqlstate must be 5 letters and digits; it was '22'.")]
    [InlineData("--rejects --since tomorrow", "--since must be a number with s, m, h or d behind it, from 1s to 365d")]
    public async Task A_wrong_option_is_a_message(string options, string message)
    {
        await using var stage = await DeadLetterStage.NewAsync(cloud);

        var (exit, output) = await stage.RunAsync(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(exit == 1, output);
        Assert.Contains(message, output);
        Assert.DoesNotContain("   at ", output);
    }
}
