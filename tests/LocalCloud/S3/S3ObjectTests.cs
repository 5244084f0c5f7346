using System.Net;
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
        var tags = await _s3.Client.GetObjectTaggingAsync(new() { BucketName = S3Server.Bucket, Key = put.Key },
            Cancellation);
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
        Assert.Equal(200,
            await GetStatusAsync("conditional", ("If-None-Match", "\"x\""), ("If-Modified-Since", future)));
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
