using System.Text.Json;

namespace PhotoLambda.Tests;

public sealed class S3NotificationTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task A_queue_is_told_of_an_upload_in_S3s_own_words()
    {
        var put = await _s3.PutAsync("in/my photo ü.jpg", "12345", Cancellation);

        var record = await _s3.NextRecordAsync(Cancellation);

        string Text(params string[] path) => path.Aggregate(record, (json, name) => json.GetProperty(name)).ToString();
        Assert.Equal(
            ["2.1", "aws:s3", "us-east-1", "ObjectCreated:Put"],
            ((string[])["eventVersion", "eventSource", "awsRegion", "eventName"]).Select(name => Text(name)));
        Assert.Equal("127.0.0.1", Text("requestParameters", "sourceIPAddress"));
        Assert.Equal(put.ResponseMetadata.RequestId, Text("responseElements", "x-amz-request-id"));
        Assert.Equal(("1.0", "PhotoBucket-0"), (Text("s3", "s3SchemaVersion"), Text("s3", "configurationId")));
        Assert.Equal(("photos", "arn:aws:s3:::photos"), (Text("s3", "bucket", "name"), Text("s3", "bucket", "arn")));
        Assert.Equal("in/my+photo+%C3%BC.jpg", Text("s3", "object", "key"));
        Assert.Equal(("5", put.ETag.Trim('"')), (Text("s3", "object", "size"), Text("s3", "object", "eTag")));
        Assert.Matches("^[0-9A-F]{18}$", Text("s3", "object", "sequencer"));
        var age = DateTimeOffset.UtcNow - record.GetProperty("eventTime").GetDateTimeOffset();
        Assert.True(age < TimeSpan.FromMinutes(1));
        Assert.NotEmpty(Text("userIdentity", "principalId") + Text("s3", "bucket", "ownerIdentity", "principalId"));
    }

    [Fact]
    public async Task Only_what_the_rules_match_is_told_and_sequencers_grow()
    {
        await _s3.PutAsync("out/a.jpg", "x", Cancellation);
        await _s3.PutAsync("in/a.png", "x", Cancellation);
        await _s3.PutAsync("in/a.jpg", "x", Cancellation);
        await _s3.PutAsync("in/a.jpg", "y", Cancellation);
        await _s3.Client.CopyObjectAsync(S3Server.Bucket, "in/a.png", S3Server.Bucket, "in/b.jpg", Cancellation);
        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "in/a.png", Cancellation);
        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "in/never", Cancellation);
        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "in/a.jpg", Cancellation);

        var records = new List<JsonElement>();
        while (records.Count < 5)
        {
            records.Add(await _s3.NextRecordAsync(Cancellation));
        }

        Assert.Equal(
            ["ObjectCreated:Put in/a.jpg", "ObjectCreated:Put in/a.jpg", "ObjectCreated:Copy in/b.jpg",
                "ObjectRemoved:Delete in/a.png", "ObjectRemoved:Delete in/a.jpg"],
            records.Select(r =>
                $"{r.GetProperty("eventName")} {r.GetProperty("s3").GetProperty("object").GetProperty("key")}"));
        var sequencers = records.ConvertAll(Sequencer);
        Assert.Equal(sequencers.Order(StringComparer.Ordinal), sequencers);
        Assert.Equal(5, sequencers.Distinct().Count());
        Assert.False(_s3.Notifications.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_new_queue_gets_one_test_event_for_good()
    {
        var (target, test) = await _s3.Notifications.Reader.ReadAsync(Cancellation);
        Assert.Equal((S3Server.QueueArn, "s3:TestEvent", "photos"),
            (target, test.GetProperty("Event").GetString(), test.GetProperty("Bucket").GetString()));
        Assert.False(test.TryGetProperty("Records", out _));

        using var journal = new JournalWatch(_s3.Folder);
        await journal.UntilAsync("\"tested\"", Cancellation);
        await using var copy = await CrashedCopyAsync(_s3);
        await copy.PutAsync("in/x.jpg", "x", Cancellation);
        var (_, first) = await copy.Notifications.Reader.ReadAsync(Cancellation);
        Assert.True(first.TryGetProperty("Records", out _));
    }

    [Fact]
    public async Task A_target_that_fails_is_tried_again_and_the_upload_succeeds()
    {
        var attempts = 0;
        var done = new TaskCompletionSource<string>();
        await using var s3 = await S3Server.StartAsync(deliver: (_, json, _) =>
        {
            if (json.Contains("TestEvent", StringComparison.Ordinal))
            {
                return ValueTask.CompletedTask;
            }

            if (Interlocked.Increment(ref attempts) < 3)
            {
                throw new InvalidOperationException("The queue is down.");
            }

            done.TrySetResult(json);
            return ValueTask.CompletedTask;
        });

        await s3.PutAsync("in/a.jpg", "x", Cancellation);
        await done.Task.WaitAsync(Cancellation);

        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task What_was_not_delivered_before_a_kill_is_delivered_after_it()
    {
        await using var s3 = await S3Server.StartAsync(deliver: (_, _, _) =>
            throw new InvalidOperationException("The queue is down."));
        await s3.PutAsync("in/put.jpg", "x", Cancellation);
        await s3.PutAsync("in/deleted.png", "x", Cancellation);
        await s3.Client.DeleteObjectAsync(S3Server.Bucket, "in/deleted.png", Cancellation);
        var before = s3.Store.Find(S3Server.Bucket, "in/put.jpg")!.Sequencer;

        await using var reopened = await CrashedCopyAsync(s3);
        var (created, removed) = (await reopened.NextRecordAsync(Cancellation),
            await reopened.NextRecordAsync(Cancellation));
        await reopened.PutAsync("in/put.jpg", "y", Cancellation);
        var again = await reopened.NextRecordAsync(Cancellation);

        Assert.Equal("ObjectRemoved:Delete", removed.GetProperty("eventName").GetString());
        Assert.Equal(before.ToString("X18", null), Sequencer(created));
        Assert.True(string.CompareOrdinal(Sequencer(again), Sequencer(created)) > 0);

        // Delivered now, so a second restart is silent.
        using var journal = new JournalWatch(reopened.Folder);
        await journal.UntilAsync("\"notified\"", Cancellation, times: 3);
        await using var third = await CrashedCopyAsync(reopened);
        await third.PutAsync("in/mark.jpg", "z", Cancellation);
        var next = await third.NextRecordAsync(Cancellation);
        Assert.Equal("in/mark.jpg", next.GetProperty("s3").GetProperty("object").GetProperty("key").GetString());
    }

    /// <summary>The folder as a kill at this moment would leave it, opened again.</summary>
    internal static Task<S3Server> CrashedCopyAsync(S3Server running, Action<string>? damage = null)
    {
        var copy = Path.Combine(running.Folder, "copy-" + Guid.NewGuid().ToString("n"));
        foreach (var name in Directory.EnumerateFiles(running.Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(running.Folder, file))
            .Where(name => !name.Contains("copy-", StringComparison.Ordinal) && name != "lock"))
        {
            var (file, to) = (Path.Combine(running.Folder, name), Path.Combine(copy, name));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            using var target = File.Create(to);
            source.CopyTo(target);
        }

        damage?.Invoke(copy);
        return S3Server.StartAsync(copy);
    }

    private static string Sequencer(JsonElement record) =>
        record.GetProperty("s3").GetProperty("object").GetProperty("sequencer").GetString()!;
}

/// <summary>Waits for the journal to say something.</summary>
internal sealed class JournalWatch(string folder) : IDisposable
{
    private readonly FileSystemWatcher _watcher = new(folder, "*.journal");

    public async Task UntilAsync(string text, CancellationToken cancellation, int times = 1)
    {
        var path = Path.Combine(folder, "objects.journal");
        while (true)
        {
            var changed = new TaskCompletionSource();
            void OnChanged(object sender, FileSystemEventArgs e) => changed.TrySetResult();
            _watcher.Changed += OnChanged;
            _watcher.EnableRaisingEvents = true;
            using (var reader = new StreamReader(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)))
            {
                if ((await reader.ReadToEndAsync(cancellation)).Split(text).Length > times)
                {
                    return;
                }
            }

            await changed.Task.WaitAsync(cancellation);
            _watcher.Changed -= OnChanged;
        }
    }

    public void Dispose() => _watcher.Dispose();
}
