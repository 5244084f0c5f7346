using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using PhotoLambda.Local.S3;
using ByteRange = Amazon.S3.Model.ByteRange;
using ChecksumAlgorithm = Amazon.S3.ChecksumAlgorithm;

namespace PhotoLambda.Tests;

public sealed class S3MultipartTests : IAsyncLifetime
{
    private const int PartSize = 5 << 20;
    private static readonly byte[] Body = RandomBytes(PartSize + 1000);
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task The_transfer_utility_uploads_and_downloads_in_parts()
    {
        using var transfer = new TransferUtility(_s3.Client,
            new() { MinSizeBeforePartUpload = PartSize, ConcurrentServiceRequests = 2 });
        await transfer.UploadAsync(new()
        {
            BucketName = S3Server.Bucket,
            Key = "big",
            InputStream = new MemoryStream(Body),
            PartSize = PartSize,
        }, Cancellation);
        var head = await _s3.Client.GetObjectMetadataAsync(S3Server.Bucket, "big", Cancellation);
        var second = await _s3.Client.GetObjectMetadataAsync(
            new() { BucketName = S3Server.Bucket, Key = "big", PartNumber = 2 }, Cancellation);

        Assert.Equal(Body, await ReadAsync("big"));
        Assert.EndsWith("-2\"", head.ETag, StringComparison.Ordinal);
        Assert.Equal((1000L, 2), (second.ContentLength, second.PartsCount));
        Assert.Equal(Body[(PartSize - 5)..(PartSize + 5)],
            await ReadAsync("big", new ByteRange(PartSize - 5, PartSize + 4)));
        Assert.Empty((await _s3.Client.ListMultipartUploadsAsync(S3Server.Bucket, Cancellation))
            .MultipartUploads ?? []);
    }

    [Theory]
    [InlineData("CRC32", "COMPOSITE")]
    [InlineData("CRC32C", "FULL_OBJECT")]
    [InlineData("CRC64NVME", "FULL_OBJECT")]
    [InlineData("SHA1", "COMPOSITE")]
    [InlineData("SHA256", "COMPOSITE")]
    public async Task The_checksum_of_parts_is_of_the_chosen_type(string algorithm, string type)
    {
        var (chosen, kind) = (ChecksumAlgorithm.FindValue(algorithm), ChecksumType.FindValue(type));
        var upload = await StartAsync("sums", r => (r.ChecksumAlgorithm, r.ChecksumType) = (chosen, kind));
        var first = await PartAsync(upload, 1, Body[..PartSize]);
        List<PartETag> parts = [first, await PartAsync(upload, 2, Body[PartSize..])];

        var done = await _s3.Client.CompleteMultipartUploadAsync(Complete(upload, parts), Cancellation);

        var sum = done.ChecksumCRC32 ?? done.ChecksumCRC32C ?? done.ChecksumCRC64NVME
            ?? done.ChecksumSHA1 ?? done.ChecksumSHA256;
        using var hash = new ChecksumHash(
            Enum.Parse<PhotoLambda.Local.S3.ChecksumAlgorithm>(algorithm, ignoreCase: true));
        hash.Append(Body);
        Assert.Equal(type, done.ChecksumType?.Value);
        Assert.Equal(type == "FULL_OBJECT", sum == hash.Finish().Value);
        Assert.Equal(type == "COMPOSITE", sum!.EndsWith("-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_and_uploads_are_listed_and_an_abort_leaves_nothing()
    {
        var upload = await StartAsync("listed");
        var other = await StartAsync("another");
        await PartAsync(upload, 7, [1, 2, 3]);
        await PartAsync(upload, 2, [1]);
        await PartAsync(upload, 2, [1, 2]);

        var parts = await _s3.Client.ListPartsAsync(
            new() { BucketName = S3Server.Bucket, Key = "listed", UploadId = upload.UploadId, MaxParts = 1 },
            Cancellation);
        var next = await _s3.Client.ListPartsAsync(
            new()
            {
                BucketName = S3Server.Bucket,
                Key = "listed",
                UploadId = upload.UploadId,
                PartNumberMarker = $"{parts.NextPartNumberMarker}",
            }, Cancellation);
        var uploads = await _s3.Client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = S3Server.Bucket, MaxUploads = 1 }, Cancellation);
        var rest = await _s3.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest
        {
            BucketName = S3Server.Bucket,
            KeyMarker = uploads.NextKeyMarker,
            UploadIdMarker = uploads.NextUploadIdMarker,
        }, Cancellation);
        await _s3.Client.AbortMultipartUploadAsync(S3Server.Bucket, "listed", upload.UploadId, Cancellation);
        var gone = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => PartAsync(upload, 1, [1]));

        Assert.Equal((2, 2L, true), (parts.Parts.Single().PartNumber, parts.Parts.Single().Size, parts.IsTruncated));
        Assert.Equal((7, false), (next.Parts.Single().PartNumber, next.IsTruncated));
        Assert.Equal((other.UploadId, true), (uploads.MultipartUploads.Single().UploadId, uploads.IsTruncated));
        Assert.Equal(upload.UploadId, rest.MultipartUploads.Single().UploadId);
        Assert.Equal("NoSuchUpload", gone.ErrorCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_s3.Folder, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Completing_checks_order_size_and_identity_of_parts()
    {
        var upload = await StartAsync("checked", r => r.ChecksumAlgorithm = ChecksumAlgorithm.SHA256);
        var (small, last) = (await PartAsync(upload, 1, [1]), await PartAsync(upload, 2, [2]));
        Task<string> Code(params List<PartETag> parts) =>
            CodeOfAsync(() => _s3.Client.CompleteMultipartUploadAsync(Complete(upload, parts), Cancellation));

        Assert.Equal("EntityTooSmall", await Code(small, last));
        Assert.Equal("InvalidPartOrder", await Code(small, small));
        Assert.Equal("InvalidPart", await Code(new PartETag(1, "\"00\"") { ChecksumSHA256 = small.ChecksumSHA256 }));
        Assert.Equal("InvalidPart", await Code(new PartETag(3, small.ETag) { ChecksumSHA256 = small.ChecksumSHA256 }));
        Assert.Equal("InvalidRequest", await Code(new PartETag(1, small.ETag)));
        Assert.Equal("MalformedXML", await Code());
        Assert.Equal("InvalidRequest", await CodeOfAsync(() => PartAsync(upload, 3, [1], ChecksumAlgorithm.CRC32)));
        Assert.Equal("InvalidArgument", await CodeOfAsync(() => PartAsync(upload, 10_001, [1])));
        Assert.Equal("InvalidRequest", await CodeOfAsync(() => StartAsync("x", r =>
            (r.ChecksumAlgorithm, r.ChecksumType) = (ChecksumAlgorithm.SHA1, ChecksumType.FULL_OBJECT))));
        Assert.Equal("InvalidRequest", await CodeOfAsync(() => _s3.Client.CompleteMultipartUploadAsync(
            Change(Complete(upload, [last]), r => r.MpuObjectSize = 9), Cancellation)));
        Assert.Equal("", await Code(last));
    }

    [Fact]
    public async Task Completing_may_be_create_only_and_may_state_the_whole_checksum()
    {
        var upload = await StartAsync("only", r => r.ChecksumAlgorithm = ChecksumAlgorithm.CRC64NVME);
        List<PartETag> parts = [await PartAsync(upload, 1, "123456789"u8.ToArray())];

        Assert.Equal("BadDigest", await CodeOfAsync(() => _s3.Client.CompleteMultipartUploadAsync(
            Change(Complete(upload, parts), r => r.ChecksumCRC64NVME = "AAAAAAAAAAA="), Cancellation)));
        await _s3.PutAsync("only", "first", Cancellation);
        Assert.Equal("PreconditionFailed", await CodeOfAsync(() => _s3.Client.CompleteMultipartUploadAsync(
            Change(Complete(upload, parts), r => r.IfNoneMatch = "*"), Cancellation)));
        Assert.Equal("", await CodeOfAsync(() => _s3.Client.CompleteMultipartUploadAsync(
            Change(Complete(upload, parts), r => r.ChecksumCRC64NVME = "rosUhgp5mIg="), Cancellation)));
    }

    [Fact]
    public async Task A_part_may_be_a_stretch_of_another_object()
    {
        await _s3.PutAsync("source", "0123456789", Cancellation);
        var upload = await StartAsync("stretch");
        CopyPartRequest Copy(long first, long last) => new()
        {
            SourceBucket = S3Server.Bucket,
            SourceKey = "source",
            DestinationBucket = S3Server.Bucket,
            DestinationKey = "stretch",
            UploadId = upload.UploadId,
            PartNumber = 1,
            FirstByte = first,
            LastByte = last,
        };

        var copied = await _s3.Client.CopyPartAsync(Copy(2, 5), Cancellation);
        Assert.Equal("InvalidArgument", await CodeOfAsync(() => _s3.Client.CopyPartAsync(Copy(5, 10), Cancellation)));
        await _s3.Client.CompleteMultipartUploadAsync(Complete(upload, [new(1, copied.ETag)]), Cancellation);

        Assert.Equal("2345"u8.ToArray(), await ReadAsync("stretch"));
    }

    [Fact]
    public async Task Parts_go_up_by_presigned_urls_too()
    {
        var upload = await StartAsync("signed");
        var url = _s3.Presign(HttpVerb.PUT, "signed", r => (r.UploadId, r.PartNumber) = (upload.UploadId, 1));
        using var put = await _s3.Http.PutAsync(url, new ByteArrayContent([1, 2, 3]), Cancellation);
        using var otherPart = await _s3.Http.PutAsync(
            url.Replace("partNumber=1", "partNumber=2", StringComparison.Ordinal), new ByteArrayContent([9]),
            Cancellation);
        await _s3.Client.CompleteMultipartUploadAsync(Complete(upload, [new(1, put.Headers.ETag!.Tag)]), Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, otherPart.StatusCode);
        Assert.Equal([1, 2, 3], await ReadAsync("signed"));
    }

    private static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static T Change<T>(T request, Action<T> change)
    {
        change(request);
        return request;
    }

    private static CompleteMultipartUploadRequest Complete(
        InitiateMultipartUploadResponse upload, List<PartETag> parts) => new()
        {
            BucketName = upload.BucketName,
            Key = upload.Key,
            UploadId = upload.UploadId,
            PartETags = parts,
        };

    private static async Task<string> CodeOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (AmazonS3Exception error)
        {
            return error.ErrorCode;
        }
    }

    private Task<InitiateMultipartUploadResponse> StartAsync(string key,
        Action<InitiateMultipartUploadRequest>? change = null)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = S3Server.Bucket, Key = key };
        change?.Invoke(request);
        return _s3.Client.InitiateMultipartUploadAsync(request, Cancellation);
    }

    private async Task<PartETag> PartAsync(InitiateMultipartUploadResponse upload, int number, byte[] body,
        ChecksumAlgorithm? algorithm = null)
    {
        algorithm ??= upload.ChecksumAlgorithm;
        if (algorithm == ChecksumAlgorithm.CRC64NVME || algorithm == ChecksumAlgorithm.CRC32C)
        {
            // The SDK has these in a package of native code only; without one the store computes it.
            var url = _s3.Presign(HttpVerb.PUT, upload.Key, r =>
                (r.UploadId, r.PartNumber) = (upload.UploadId, number));
            using var put = await _s3.Http.PutAsync(url, new ByteArrayContent(body), Cancellation);
            return new(number, put.Headers.ETag!.Tag);
        }

        var part = await _s3.Client.UploadPartAsync(new()
        {
            BucketName = upload.BucketName,
            Key = upload.Key,
            UploadId = upload.UploadId,
            PartNumber = number,
            InputStream = new MemoryStream(body),
            PartSize = body.Length,
            ChecksumAlgorithm = algorithm,
        }, Cancellation);
        return new PartETag(part)
        {
            ChecksumCRC32 = part.ChecksumCRC32,
            ChecksumSHA1 = part.ChecksumSHA1,
            ChecksumSHA256 = part.ChecksumSHA256,
        };
    }

    private async Task<byte[]> ReadAsync(string key, ByteRange? range = null)
    {
        using var got = await _s3.Client.GetObjectAsync(
            new() { BucketName = S3Server.Bucket, Key = key, ByteRange = range }, Cancellation);
        using var memory = new MemoryStream();
        await got.ResponseStream.CopyToAsync(memory, Cancellation);
        return memory.ToArray();
    }
}
