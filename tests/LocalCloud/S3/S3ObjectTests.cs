using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

public sealed class S3ObjectTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task What_is_put_comes_back_with_its_headers_and_metadata()
    {
        var put = new PutObjectRequest { BucketName = S3Server.Bucket, Key = "a/ü +%.txt", ContentBody = "hello" };
        put.Headers.ContentType = "text/plain";
        put.Headers.CacheControl = "max-age=60";
        put.Headers.ContentDisposition = "attachment; filename=\"a.txt\"";
        put.Headers.ContentEncoding = "identity";
        put.Headers["Content-Language"] = "de";
        put.Headers["Expires"] = "Tue, 01 Jan 2030 00:00:00 GMT";
        put.Metadata.Add("camera", "X100");
        put.TagSet = [new Tag { Key = "k", Value = "v w" }];

        var stored = await _s3.Client.PutObjectAsync(put, Cancellation);
        using var got = await _s3.Client.GetObjectAsync(S3Server.Bucket, put.Key, Cancellation);
        using var reader = new StreamReader(got.ResponseStream);

        Assert.Equal("hello", await reader.ReadToEndAsync(Cancellation));
        Assert.Equal("\"5d41402abc4b2a76b9719d911017c592\"", stored.ETag);
        Assert.Equal(stored.ETag, got.ETag);
        Assert.Equal(
            ("text/plain", "max-age=60", "attachment; filename=\"a.txt\"", "identity", "X100", 1),
            (got.Headers.ContentType, got.Headers.CacheControl, got.Headers.ContentDisposition,
                got.Headers.ContentEncoding, got.Metadata["camera"], got.TagCount));
        Assert.Equal("de", got.Headers["Content-Language"]);
        Assert.Equal("Tue, 01 Jan 2030 00:00:00 GMT", got.ExpiresString);
        var tags = await _s3.Client.GetObjectTaggingAsync(new() { BucketName = S3Server.Bucket, Key = put.Key }, Cancellation);
        Assert.Equal("v w", Assert.Single(tags.Tagging).Value);
    }

    [Theory]
    [InlineData("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-4", 206, "6789", "bytes 6-9/10")]
    [InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=10-", 416, null, null)]
    [InlineData("bytes=10-12", 416, null, null)]
    [InlineData("bytes=-0", 416, null, null)]
    [InlineData("bytes=5-2", 200, "0123456789", null)]
    [InlineData("bytes=0-1,4-5", 200, "0123456789", null)]
    [InlineData("lines=1-2", 200, "0123456789", null)]
    public async Task A_range_is_answered_as_the_RFC_says(string range, int status, string? body, string? contentRange)
    {
        await _s3.PutAsync("ranged", "0123456789", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, _s3.Presign(HttpVerb.GET, "ranged"));
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await _s3.Http.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(body ?? text, text);
        Assert.Equal(status == 416, text.Contains("<Code>InvalidRange</Code>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Conditions_of_a_read_hold_or_answer_304_and_412()
    {
        var put = await _s3.PutAsync("conditional", "x", Cancellation);
        var (past, future) = ("Thu, 01 Jan 2015 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT");

        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Match", put.ETag)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Match", "\"x\", " + put.ETag)));
        Assert.Equal(412, await GetStatusAsync("conditional", ("If-Match", "\"x\"")));
        Assert.Equal(304, await GetStatusAsync("conditional", ("If-None-Match", put.ETag)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-None-Match", "\"x\"")));
        Assert.Equal(304, await GetStatusAsync("conditional", ("If-Modified-Since", future)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Modified-Since", past)));
        Assert.Equal(412, await GetStatusAsync("conditional", ("If-Unmodified-Since", past)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Unmodified-Since", future)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Match", put.ETag), ("If-Unmodified-Since", past)));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-None-Match", "\"x\""), ("If-Modified-Since", future)));
        Assert.Equal(206, await GetStatusAsync("conditional", ("If-Range", put.ETag), ("Range", "bytes=0-0")));
        Assert.Equal(200, await GetStatusAsync("conditional", ("If-Range", "\"x\""), ("Range", "bytes=0-0")));
    }

    [Fact]
    public async Task A_presigned_read_may_override_response_headers()
    {
        await _s3.PutAsync("plain", "x", Cancellation);
        var url = _s3.Presign(HttpVerb.GET, "plain", r =>
        {
            r.ResponseHeaderOverrides.ContentType = "image/png";
            r.ResponseHeaderOverrides.ContentDisposition = "attachment; filename=b.png";
        });

        using var response = await _s3.Http.GetAsync(url, Cancellation);

        Assert.Equal("image/png", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=b.png", response.Content.Headers.ContentDisposition!.ToString());
    }

    [Fact]
    public async Task Head_tells_what_get_would_and_a_missing_key_is_404()
    {
        await _s3.PutAsync("headed", "12345", Cancellation);

        var head = await _s3.Client.GetObjectMetadataAsync(S3Server.Bucket, "headed", Cancellation);
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.GetObjectMetadataAsync(S3Server.Bucket, "no", Cancellation));
        var missingBody = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.GetObjectAsync(S3Server.Bucket, "no", Cancellation));
        var missingBucket = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.GetObjectAsync("nowhere", "no", Cancellation));

        Assert.Equal(5, head.ContentLength);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(("NoSuchKey", "NoSuchBucket"), (missingBody.ErrorCode, missingBucket.ErrorCode));
        Assert.NotEmpty(missingBody.RequestId);
    }

    [Fact]
    public async Task Deleting_twice_is_no_error()
    {
        await _s3.PutAsync("gone", "x", Cancellation);

        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "gone", Cancellation);
        var second = await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "gone", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, second.HttpStatusCode);
        Assert.Equal((0, 0), (_s3.Store.Counts()[0].Objects, (int)_s3.Store.Counts()[0].Bytes));
    }

    [Fact]
    public async Task Many_objects_are_deleted_at_once_and_each_is_reported()
    {
        await _s3.PutAsync("d/1", "x", Cancellation);
        await _s3.PutAsync("d/2", "x", Cancellation);

        var done = await _s3.Client.DeleteObjectsAsync(new()
        {
            BucketName = S3Server.Bucket,
            Objects = [new() { Key = "d/1" }, new() { Key = "d/2" }, new() { Key = "d/3" }],
        }, Cancellation);
        var failed = await Assert.ThrowsAsync<DeleteObjectsException>(() => _s3.Client.DeleteObjectsAsync(new()
        {
            BucketName = S3Server.Bucket,
            Objects = [new() { Key = new string('k', 1025) }],
            Quiet = true,
        }, Cancellation));

        Assert.Equal(["d/1", "d/2", "d/3"], done.DeletedObjects.Select(d => d.Key));
        Assert.Equal("KeyTooLongError", Assert.Single(failed.Response.DeleteErrors).Code);
        Assert.Equal(0, _s3.Store.Counts()[0].Objects);
    }

    [Fact]
    public async Task Create_only_and_compare_and_swap_writes_refuse_the_second()
    {
        var request = new PutObjectRequest { BucketName = S3Server.Bucket, Key = "once", ContentBody = "1", IfNoneMatch = "*" };
        var first = await _s3.Client.PutObjectAsync(request, Cancellation);
        var again = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.PutObjectAsync(request, Cancellation));
        (request.IfNoneMatch, request.IfMatch, request.ContentBody) = (null, first.ETag, "2");
        await _s3.Client.PutObjectAsync(request, Cancellation);
        var stale = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.PutObjectAsync(request, Cancellation));
        request.Key = "never";
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.PutObjectAsync(request, Cancellation));

        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
        Assert.Equal("PreconditionFailed", stale.ErrorCode);
        Assert.Equal("NoSuchKey", missing.ErrorCode);
    }

    [Fact]
    public async Task A_create_only_write_that_loses_a_race_is_a_conflict()
    {
        // The slow writer has passed the first check and waits with its body when the other one commits.
        var url = _s3.Presign(HttpVerb.PUT, "raced", r => r.Headers["If-None-Match"] = "*");
        var started = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        using var slow = new HttpRequestMessage(HttpMethod.Put, url) { Content = new GatedContent("slow"u8.ToArray(), started, goOn.Task) };
        slow.Headers.TryAddWithoutValidation("If-None-Match", "*");
        slow.Headers.ExpectContinue = true;

        var sending = _s3.Http.SendAsync(slow, Cancellation);
        await started.Task.WaitAsync(Cancellation);
        await _s3.PutAsync("raced", "fast", Cancellation);
        goOn.SetResult();
        using var response = await sending;

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("ConditionalRequestConflict", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(1, Directory.EnumerateFiles(_s3.Folder, "*", SearchOption.AllDirectories).Count(f => f.Contains("blobs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_copy_takes_or_replaces_metadata_and_obeys_conditions()
    {
        var put = new PutObjectRequest { BucketName = S3Server.Bucket, Key = "source ü", ContentBody = "body" };
        put.Metadata.Add("a", "1");
        var stored = await _s3.Client.PutObjectAsync(put, Cancellation);
        var copy = new CopyObjectRequest
        {
            SourceBucket = S3Server.Bucket,
            SourceKey = put.Key,
            DestinationBucket = S3Server.Bucket,
            DestinationKey = "copy",
        };

        var copied = await _s3.Client.CopyObjectAsync(copy, Cancellation);
        var taken = await _s3.Client.GetObjectMetadataAsync(S3Server.Bucket, "copy", Cancellation);
        copy.MetadataDirective = S3MetadataDirective.REPLACE;
        copy.Metadata.Add("b", "2");
        await _s3.Client.CopyObjectAsync(copy, Cancellation);
        var replaced = await _s3.Client.GetObjectMetadataAsync(S3Server.Bucket, "copy", Cancellation);
        copy.ETagToMatch = "\"no\"";
        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.CopyObjectAsync(copy, Cancellation));
        (copy.ETagToMatch, copy.DestinationKey, copy.MetadataDirective) = (null, put.Key, S3MetadataDirective.COPY);
        var ontoItself = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.CopyObjectAsync(copy, Cancellation));

        Assert.Equal(stored.ETag, copied.ETag);
        Assert.Equal("1", taken.Metadata["a"]);
        Assert.Equal(("2", null), (replaced.Metadata["b"], replaced.Metadata["a"]));
        Assert.Equal("PreconditionFailed", refused.ErrorCode);
        Assert.Equal("InvalidRequest", ontoItself.ErrorCode);
    }

    [Fact]
    public async Task A_reader_finishes_though_the_object_is_replaced_meanwhile()
    {
        var body = new string('a', 8_000_000);
        await _s3.PutAsync("read", body, Cancellation);
        using var got = await _s3.Http.GetAsync(
            _s3.Presign(HttpVerb.GET, "read"), HttpCompletionOption.ResponseHeadersRead, Cancellation);

        await _s3.PutAsync("read", "b", Cancellation);
        await _s3.Client.DeleteObjectAsync(S3Server.Bucket, "read", Cancellation);

        Assert.Equal(body, await got.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Metadata_beyond_ASCII_returns_as_encoded_words()
    {
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "PUT", "/photos/meta") { PayloadHash = "UNSIGNED-PAYLOAD" };
        signer.Headers["x-amz-meta-title"] = "Gr\u00fc\u00dfe";
        var request = signer.Sign().ToMessage(_s3.Url, []);
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });

        using var put = await http.SendAsync(request, Cancellation);
        using var got = await _s3.Http.GetAsync(_s3.Presign(HttpVerb.GET, "meta"), Cancellation);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal("=?UTF-8?B?R3LDvMOfZQ==?=", got.Headers.GetValues("x-amz-meta-title").Single());
    }

    [Fact]
    public async Task Oversized_metadata_keys_and_unknown_features_are_refused()
    {
        var request = new PutObjectRequest { BucketName = S3Server.Bucket, Key = "m", ContentBody = "x" };
        request.Metadata.Add("big", new string('m', 2100));
        var metadata = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.Client.PutObjectAsync(request, Cancellation));
        var key = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.PutAsync(new string('ü', 513), "x", Cancellation));
        var acl = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.GetObjectAclAsync(new() { BucketName = S3Server.Bucket, Key = "m" }, Cancellation));

        Assert.Equal(("MetadataTooLarge", "KeyTooLongError", "NotImplemented"),
            (metadata.ErrorCode, key.ErrorCode, acl.ErrorCode));
    }

    private async Task<int> GetStatusAsync(string key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _s3.Presign(HttpVerb.GET, key));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _s3.Http.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }
}

/// <summary>A body that says when it is asked for, and comes when it is let go.</summary>
internal sealed class GatedContent(byte[] body, TaskCompletionSource started, Task goOn) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        started.TrySetResult();
        await goOn;
        await stream.WriteAsync(body);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
