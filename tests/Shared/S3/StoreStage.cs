using Amazon.S3;
using Amazon.S3.Model;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

/// <summary>Stored objects at some address, a key of the test's own and contents for it.</summary>
internal sealed class StoreStage
{
    public const string Bucket = CloudFixture.QuietBucket;

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public StoreStage(
        string address, TimeProvider? time = null, long? mostInOnePut = null, StoreResilience? resilience = null)
    {
        var credentials = new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey);
        var aws = new AwsEnvironment(CloudIdentity.Region, credentials, S3Override: new Uri(address));
        Buckets = new Buckets(Http, aws, time, resilience);
        Objects = mostInOnePut is { } most ? new StoredObjects(Buckets, most) : new StoredObjects(Buckets);
    }

    public Buckets Buckets { get; }

    public StoredObjects Objects { get; }

    public string Key { get; } = "streams/" + Guid.NewGuid().ToString("N");

    public static DateTimeOffset Soon => DateTimeOffset.UtcNow + Patience;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static byte[] Content(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    public Task<NewObject> PutAsync(Stream content, long mostBytes = 500 * 1024 * 1024) =>
        Objects.PutNewAsync(Bucket, Key, "image/jpeg", content, mostBytes, Soon, Stop);

    public Task<NewObject> PutAsync(byte[] content, bool canSeek = true) =>
        PutAsync(canSeek ? new MemoryStream(content) : new OneWayStream(content));

    public Task<ObjectContent> OpenAsync(long offset = 0, long? count = null, string? etag = null) =>
        Objects.OpenAsync(Bucket, Key, etag, offset, count, Soon, Stop);

    public async Task<byte[]> ReadAsync(long offset = 0, long? count = null, string? etag = null)
    {
        await using var content = await OpenAsync(offset, count, etag);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Stop);
        Assert.Equal(content.Length, copy.Length);
        return copy.ToArray();
    }

    /// <summary>That neither an object nor a part of one was left.</summary>
    public async Task NothingIsLeftAsync(CloudFixture cloud)
    {
        using var s3 = cloud.S3();
        var objects = await s3.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = Key }, Stop);
        Assert.Empty(objects.S3Objects ?? []);
        await NoUploadIsLeftAsync(s3);
    }

    public async Task NoUploadIsLeftAsync(AmazonS3Client s3)
    {
        var uploads = await s3.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = Key }, Stop);
        Assert.Empty(uploads.MultipartUploads ?? []);
    }
}

/// <summary>A content that can be read once, in pieces of odd sizes.</summary>
internal sealed class OneWayStream(byte[] content) : MemoryStream(content)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, 70_001)], cancellationToken);
}
