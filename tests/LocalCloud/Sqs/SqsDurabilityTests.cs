using PhotoLambda.Local;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>Each opening after the first stands for a kill: it sees the files as they are then.</summary>
public sealed class SqsDurabilityTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly List<QueueService> _opened = [];
    private readonly string _root = SqsServer.NewFolder();
    private string? _folder;

    private string Journal => Path.Combine(_folder!, "q.jsonl");

    public void Dispose()
    {
        _opened.ForEach(q => q.Dispose());
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task After_a_kill_every_message_is_there_and_no_deleted_one()
    {
        var queue = Open("q");
        var kept = Enumerable.Range(0, 5).Select(i => queue.Send($"kept {i}").Id).ToHashSet();
        queue.Send("deleted");
        foreach (var delivery in await ReceiveAsync(queue, 10))
        {
            if (!kept.Contains(delivery.Message.Id))
            {
                queue.Delete(delivery.ReceiptHandle);
            }
        }

        var after = await ReceiveAsync(Open("q"), 10);

        Assert.Equal(kept.Order(), after.Select(d => d.Message.Id).Order());
        Assert.All(after, d => Assert.Equal(2, d.ReceiveCount));
    }

    [Fact]
    public async Task A_handle_from_before_the_kill_still_deletes()
    {
        var queue = Open("q");
        queue.Send("x");
        var handle = Assert.Single(await ReceiveAsync(queue, 1)).ReceiptHandle;

        queue = Open("q");
        queue.Delete(handle);

        Assert.Equal(new(0, 0, 0), queue.Counts());
        Assert.Equal(new(0, 0, 0), Open("q").Counts());
    }

    [Fact]
    public async Task A_message_keeps_its_attributes_delay_and_times()
    {
        var sent = Open("q").Send("hällo\n", new Dictionary<string, PhotoLambda.Sqs.AttributeValue>
        {
            ["a"] = new("String", "v"),
            ["b"] = new("Binary", null, [0, 255]),
        }, delaySeconds: 10, traceHeader: "Root=1");

        var queue = Open("q");
        Assert.Equal(new(0, 0, 1), queue.Counts());
        _time.Advance(TimeSpan.FromSeconds(10));
        var message = Assert.Single(await ReceiveAsync(queue, 1)).Message;

        Assert.Equal(
            (sent.Id, "hällo\n", sent.SentAt, "Root=1"),
            (message.Id, message.Body, message.SentAt, message.TraceHeader));
        Assert.Equal([0, 255], message.Attributes!["b"].BinaryValue!);
        Assert.Equal(MessageDigest.OfAttributes(sent.Attributes), MessageDigest.OfAttributes(message.Attributes));
    }

    [Fact]
    public void A_line_torn_by_the_kill_is_as_if_it_never_was()
    {
        var queue = Open("q");
        queue.Send("whole");
        queue.Send("torn");
        using (var file = File.Open(Journal, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length - 7);
        }

        queue = Open("q");
        queue.Send("after");

        Assert.Equal(new(2, 0, 0), queue.Counts());
        Assert.Equal(new(2, 0, 0), Open("q").Counts());
    }

    [Fact]
    public void A_damaged_line_is_reported_with_its_number()
    {
        Open("q").Send("x");
        var lines = File.ReadAllLines(Journal);
        File.WriteAllLines(Journal, [lines[0], "{\"Send\":nonsense", lines[1]]);

        var error = Assert.Throws<LocalCloudException>(() => Open("q"));

        Assert.StartsWith($"Line 2 of {Journal} is damaged.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_messages_long_gone_is_written_anew()
    {
        var queue = Open("q");
        queue.Send("stays");
        var stays = Assert.Single(await ReceiveAsync(queue, 1));
        queue.ChangeVisibility(stays.ReceiptHandle, 1_000);
        for (var i = 0; i < 2_000; i++)
        {
            queue.Send("goes");
            queue.Delete(Assert.Single(await ReceiveAsync(queue, 1)).ReceiptHandle);
        }

        Assert.InRange(File.ReadLines(Journal).Count(), 2, 1_010);
        Assert.Equal((stays.Message.Id, 2),
            Assert.Single((await ReceiveAsync(Open("q"), 10)).Select(d => (d.Message.Id, d.ReceiveCount))));
    }

    [Fact]
    public async Task A_kill_between_the_two_queues_leaves_the_message_in_one_at_least()
    {
        var queues = OpenAll(WithRedrive());
        var queue = queues.Find("q")!;
        var sent = queue.Send("poison");
        Assert.Single(await ReceiveAsync(queue, 1));
        _time.Advance(TimeSpan.FromSeconds(30));
        var before = File.ReadAllBytes(Journal);
        Assert.Empty(await ReceiveAsync(queue, 1));

        // The dead-letter queue has written its line, the source has not: as if killed in between.
        File.WriteAllBytes(Journal, before);
        queues = OpenAll(WithRedrive());
        Assert.Empty(await ReceiveAsync(queues.Find("q")!, 1));

        Assert.Equal(new(0, 0, 0), queues.Find("q")!.Counts());
        Assert.Equal(sent.Id, Assert.Single(await ReceiveAsync(queues.Find("dead")!, 10)).Message.Id);
    }

    [Fact]
    public void Queues_made_through_the_api_outlive_a_kill_with_their_attributes()
    {
        var queues = OpenAll(new QueueResource("Q", "q"));
        queues.Create("made", new Dictionary<string, string> { ["DelaySeconds"] = "9", ["Policy"] = "{}" }).Send("x");
        queues.Create("deleted", new Dictionary<string, string>());
        queues.Delete(queues.Find("deleted")!);

        queues = OpenAll(new QueueResource("Q", "q"));

        Assert.Equal(["made", "q"], queues.Queues.Select(q => q.Name));
        var attributes = QueueAttributes.Read(queues.Find("made")!, ["All"]);
        Assert.Equal(
            ("9", "{}", "1"),
            (attributes["DelaySeconds"], attributes["Policy"], attributes["ApproximateNumberOfMessagesDelayed"]));
    }

    [Fact]
    public void The_template_wins_over_what_an_earlier_one_declared()
    {
        OpenAll(new QueueResource("Q", "q", VisibilityTimeout: 10)).Find("q")!.Send("x");
        _time.Advance(TimeSpan.FromSeconds(100));

        var queue = OpenAll(new QueueResource("Q", "q", VisibilityTimeout: 20)).Find("q")!;

        Assert.Equal(20, queue.Settings.VisibilityTimeout);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds() - 100, queue.Stored.CreatedAt);
        Assert.Equal(new(1, 0, 0), queue.Counts());
    }

    private static QueueResource[] WithRedrive() =>
        [new("Q", "q", RedrivePolicy: new(CloudIdentity.QueueArn("dead"), 1)), new("D", "dead")];

    private LocalQueue Open(string name) => OpenAll(new QueueResource(name, name)).Find(name)!;

    // In a copy of the folder, since the files are still open here, unlike after a kill.
    private QueueService OpenAll(params QueueResource[] queues)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{_opened.Count}")).FullName;
        foreach (var file in _folder is null ? [] : Directory.EnumerateFiles(_folder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        _folder = folder;
        _opened.Add(QueueService.Open(_folder, queues, new Uri("http://127.0.0.1:1"), _time));
        return _opened[^1];
    }

    private static Task<IReadOnlyList<Delivery>> ReceiveAsync(LocalQueue queue, int max) =>
        queue.ReceiveAsync(max, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
}
