using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

public sealed class S3WriteTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

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
        var request = new PutObjectRequest
        {
            BucketName = S3Server.Bucket,
            Key = "once",
            ContentBody = "1",
            IfNoneMatch = "*",
        };
        var first = await _s3.Client.PutObjectAsync(request, Cancellation);
        var again = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.PutObjectAsync(request, Cancellation));
        (request.IfNoneMatch, request.IfMatch, request.ContentBody) = (null, first.ETag, "2");
        await _s3.Client.PutObjectAsync(request, Cancellation);
        var stale = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.PutObjectAsync(request, Cancellation));
        request.Key = "never";
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.PutObjectAsync(request, Cancellation));

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
        using var slow = new HttpRequestMessage(HttpMethod.Put, url);
        slow.Content = new GatedContent("slow"u8.ToArray(), started, goOn.Task);
        slow.Headers.TryAddWithoutValidation("If-None-Match", "*");
        slow.Headers.ExpectContinue = true;

        var sending = _s3.Http.SendAsync(slow, Cancellation);
        await started.Task.WaitAsync(Cancellation);
        await _s3.PutAsync("raced", "fast", Cancellation);
        goOn.SetResult();
        using var response = await sending;

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("ConditionalRequestConflict", await response.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        Assert.Equal(1, Directory.EnumerateFiles(_s3.Folder, "*", SearchOption.AllDirectories)
            .Count(f => f.Contains("blobs", StringComparison.Ordinal)));
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
        var refused = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.CopyObjectAsync(copy, Cancellation));
        (copy.ETagToMatch, copy.DestinationKey, copy.MetadataDirective) = (null, put.Key, S3MetadataDirective.COPY);
        var ontoItself = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.CopyObjectAsync(copy, Cancellation));

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
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "PUT",
            "/photos/meta")
        { PayloadHash = "UNSIGNED-PAYLOAD" };
        signer.Headers["x-amz-meta-title"] = "Gr\u00fc\u00dfe";
        var request = signer.Sign().ToMessage(_s3.Url, []);
        using var http = new HttpClient(
            new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });

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
        var metadata = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            _s3.Client.PutObjectAsync(request, Cancellation));
        var key = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.PutAsync(new string('ü', 513), "x", Cancellation));
        var acl = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.GetObjectAclAsync(new() { BucketName = S3Server.Bucket, Key = "m" }, Cancellation));

        Assert.Equal(("MetadataTooLarge", "KeyTooLongError", "NotImplemented"),
            (metadata.ErrorCode, key.ErrorCode, acl.ErrorCode));
    }

    [Theory]
    [InlineData("PUT", "/photos/x?acl", "NotImplemented")]
    [InlineData("PUT", "/photos/x?tagging", "NotImplemented")]
    [InlineData("GET", "/photos/x?versionId=1", "NotImplemented")]
    [InlineData("DELETE", "/photos", "NotImplemented")]
    [InlineData("DELETE", "/photos?tagging", "NotImplemented")]
    [InlineData("PATCH", "/photos", "MethodNotAllowed")]
    [InlineData("PATCH", "/photos/x", "MethodNotAllowed")]
    [InlineData("PUT", "/", "MethodNotAllowed")]
    [InlineData("PUT", "/photos/x", "MissingContentLength", "transfer-encoding", "chunked")]
    [InlineData("PUT", "/photos/x", "EntityTooLarge", "x-amz-decoded-content-length", "5368709121")]
    [InlineData("PUT", "/photos/x", "NotImplemented", "if-none-match", "\"etag\"")]
    [InlineData("PUT", "/photos/x", "NotImplemented", "x-amz-server-side-encryption-customer-key", "k")]
    [InlineData("PUT", "/photos/x", "NotImplemented", "x-amz-copy-source", "photos/x?versionId=1")]
    [InlineData("PUT", "/photos/x", "InvalidArgument", "x-amz-copy-source", "photos")]
    [InlineData("PUT", "/photos/x", "NoSuchKey", "x-amz-copy-source", "photos/none")]
    [InlineData("GET", "/photos/object?partNumber=2", "InvalidPartNumber")]
    [InlineData("POST", "/photos?delete", "InvalidRequest")]
    public async Task What_the_store_does_not_do_it_says(
        string method, string target, string code, string? header = null, string value = "")
    {
        await _s3.PutAsync("object", "x", Cancellation);
        var (path, query) = (target.Split('?')[0], target.Split('?').Skip(1).Select(q => q.Split('=')).ToArray());
        var signer = new S3Signer(
            new Uri(_s3.Url).Authority, method, path, [.. query.Select(q => (q[0], q.ElementAtOrDefault(1) ?? ""))])
        {
            PayloadHash = header == "x-amz-decoded-content-length"
                ? "STREAMING-UNSIGNED-PAYLOAD-TRAILER" : "UNSIGNED-PAYLOAD",
        };
        if (header is not null)
        {
            signer.Headers[header] = value;
        }

        using var request = signer.Sign().ToMessage(_s3.Url, method is "PUT" or "POST" ? [] : null);
        using var response = await _s3.Http.SendAsync(request, Cancellation);

        Assert.Equal(code, S3Server.ErrorCode(await response.Content.ReadAsStringAsync(Cancellation)));
    }

    [Theory]
    [InlineData("<Delete>")]
    [InlineData("<Other/>")]
    [InlineData("<Delete/>")]
    [InlineData("<!DOCTYPE d [<!ENTITY e 'x'>]><Delete><Object><Key>&e;</Key></Object></Delete>")]
    public async Task A_document_that_is_not_one_is_refused(string document)
    {
        var body = Encoding.UTF8.GetBytes(document);
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "POST", "/photos", ("delete", ""));
        signer.PayloadHash = S3Signer.Hash(body);
        signer.Headers["x-amz-checksum-sha256"] = Convert.ToBase64String(Convert.FromHexString(signer.PayloadHash));
        using var response = await _s3.Http.SendAsync(signer.Sign().ToMessage(_s3.Url, body), Cancellation);

        Assert.Equal("MalformedXML", S3Server.ErrorCode(await response.Content.ReadAsStringAsync(Cancellation)));
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
