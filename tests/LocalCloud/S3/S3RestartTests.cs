using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using PhotoLambda.Local;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public sealed class S3RestartTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task A_kill_loses_no_acknowledged_object_and_leaves_no_rubbish()
    {
        await _s3.PutAsync("kept", "kept", Cancellation);
        await _s3.PutAsync("replaced", "old", Cancellation);
        await _s3.PutAsync("replaced", "newer", Cancellation);
        await _s3.PutAsync("deleted", "x", Cancellation);
        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "deleted", Cancellation);
        var upload = await _s3.Client.InitiateMultipartUploadAsync(S3Server.Bucket, "parts", Cancellation);
        var part = await _s3.Client.UploadPartAsync(new()
        {
            BucketName = S3Server.Bucket,
            Key = "parts",
            UploadId = upload.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream("part"u8.ToArray()),
        }, Cancellation);

        await using var again = await S3NotificationTests.CrashedCopyAsync(_s3, folder =>
        {
            File.AppendAllText(Path.Combine(folder, "objects.journal"), "{\"op\":\"put\",\"Bucket\":\"photos\",\"Obj");
            Directory.CreateDirectory(Path.Combine(folder, "blobs", "ab"));
            File.WriteAllText(Path.Combine(folder, "blobs", "ab", "abandoned"), "torn");
        });
        await again.Client.CompleteMultipartUploadAsync(new()
        {
            BucketName = S3Server.Bucket,
            Key = "parts",
            UploadId = upload.UploadId,
            PartETags = [new PartETag(part)],
        }, Cancellation);

        Assert.Equal(["kept=kept", "parts=part", "replaced=newer"], await ContentsAsync(again));
        var blobs = Path.Combine(again.Folder, "blobs");
        Assert.Equal(3, Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).Count());
        Assert.Equal(new BucketCount(S3Server.Bucket, again.Store.Counts()[0].Created, 3, 13), again.Store.Counts()[0]);

        await using var third = await S3NotificationTests.CrashedCopyAsync(again);
        Assert.Equal(["kept=kept", "parts=part", "replaced=newer"], await ContentsAsync(third));
    }

    [Fact]
    public async Task Every_cut_of_the_journal_opens_with_what_was_whole()
    {
        for (var i = 0; i < 5; i++)
        {
            await _s3.PutAsync($"k{i}", $"{i}", Cancellation);
        }

        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var lines = 0;
            await using var cut = await S3NotificationTests.CrashedCopyAsync(_s3, folder =>
            {
                using var journal = new FileStream(Path.Combine(folder, "objects.journal"), FileMode.Open);
                journal.SetLength(random.NextInt64(journal.Length));
                lines = Encoding.UTF8.GetString(ReadAll(journal)).Split('\n')[..^1]
                    .Count(line => line.Contains("\"put\"", StringComparison.Ordinal));
            });

            Assert.Equal(Enumerable.Range(0, lines).Select(i => $"k{i}={i}"), await ContentsAsync(cut));
        }
    }

    [Fact]
    public async Task A_folder_in_use_and_a_damaged_one_are_told_plainly()
    {
        Task<S3Server> OpenAgain() => S3Server.StartAsync(_s3.Folder);
        var used = await Assert.ThrowsAsync<LocalCloudException>(OpenAgain);
        var damaged = await Assert.ThrowsAsync<LocalCloudException>(() => S3NotificationTests.CrashedCopyAsync(
            _s3, folder => File.AppendAllText(Path.Combine(folder, "objects.journal"), "garbage\n")));
        var name = await Assert.ThrowsAsync<LocalCloudException>(
            () => S3Server.StartAsync(_s3.Folder + "/other", new BucketResource("Photos", "Upper_Case", [], [])));

        Assert.Contains("Stop the other local cloud", used.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged at line", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("Upper_Case", name.Message, StringComparison.Ordinal);
    }

    private static byte[] ReadAll(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static async Task<List<string>> ContentsAsync(S3Server s3)
    {
        var contents = new List<string>();
        foreach (var item in s3.Store.List(S3Server.Bucket, new("", "", "", 1000)).Objects)
        {
            var body = await s3.Http.GetStringAsync(s3.Presign(HttpVerb.GET, item.Key), Cancellation);
            contents.Add($"{item.Key}={body}");
        }

        return contents;
    }
}
