using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

public sealed class S3ListingTests : IAsyncLifetime
{
    private static readonly string[] Prefixes = ["", "a", "a/", "ü"];
    private static readonly string[] Delimiters = ["", "/", "b"];
    private static readonly int[] Sizes = [1, 2, 1000];
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task Pages_of_2500_keys_hold_each_key_once_and_in_order()
    {
        var keys = Enumerable.Range(0, 2500).Select(i => $"k/{i:D4}").ToList();
        await Parallel.ForEachAsync(keys, Cancellation, async (key, token) => await _s3.PutAsync(key, "", token));
        var sizes = new List<int>();
        var listed = new List<string>();
        var request = new ListObjectsV2Request { BucketName = S3Server.Bucket };
        ListObjectsV2Response page;
        do
        {
            page = await _s3.Client.ListObjectsV2Async(request, Cancellation);
            request.ContinuationToken = page.NextContinuationToken;
            sizes.Add(page.S3Objects.Count);
            listed.AddRange(page.S3Objects.Select(item => item.Key));
        }
        while (page.IsTruncated == true);

        Assert.Equal([1000, 1000, 500], sizes);
        Assert.Equal(keys, listed);
    }

    [Fact]
    public async Task Any_paging_lists_what_a_plain_model_lists()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 60).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6))
            .Select(_ => random.GetItems(["a", "b", "/", "ü", "\uFFFD", "📷", " "], 1)[0]))).Distinct().ToList();
        foreach (var key in keys)
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, S3Signer.Raw(_s3.Presign(HttpVerb.PUT, key)));
            put.Content = new ByteArrayContent([]);
            await _s3.Http.SendAsync(put, Cancellation);
        }

        keys = [.. _s3.Store.List(S3Server.Bucket, new("", "", "", 1000)).Objects.Select(item => item.Key)];
        var byBytes = keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal);
        Assert.Equal(byBytes, keys);
        var cases = from prefix in Prefixes
                    from delimiter in Delimiters
                    from size in Sizes
                    select (prefix, delimiter, size);
        foreach (var (prefix, delimiter, size) in cases)
        {
            var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(key => delimiter.Length > 0
                    && key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) is >= 0 and var at
                    ? key[..(at + delimiter.Length)] + "*" : key).Distinct().Order(StringComparer.Ordinal);
            Assert.Equal(expected, (await ListAsync(prefix, delimiter, size)).Order(StringComparer.Ordinal));
            var first = await ListFirstVersionAsync(prefix, delimiter, size);
            Assert.Equal(expected, first.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Start_after_owner_and_encoding_are_as_asked()
    {
        foreach (var key in new[] { "a", "b c+d", "e" })
        {
            await _s3.PutAsync(key, "1", Cancellation);
        }

        var after = await _s3.Client.ListObjectsV2Async(
            new()
            {
                BucketName = S3Server.Bucket,
                StartAfter = "a",
                FetchOwner = true,
                Encoding = EncodingType.Url,
                MaxKeys = 1,
            }, Cancellation);
        var none = await _s3.Client.ListObjectsV2Async(new() { BucketName = S3Server.Bucket, MaxKeys = 0 },
            Cancellation);

        var item = Assert.Single(after.S3Objects);
        Assert.Equal(("b%20c%2Bd", 1L, "local", true),
            (item.Key, item.Size, item.Owner.DisplayName, after.IsTruncated));
        Assert.Equal((0, false), (none.KeyCount, none.IsTruncated));
    }

    [Theory]
    [InlineData("max-keys", "x")]
    [InlineData("continuation-token", "!")]
    [InlineData("encoding-type", "rot13")]
    [InlineData("list-type", "3")]
    public async Task Arguments_that_make_no_sense_are_refused(string name, string value)
    {
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "GET", "/photos",
            name == "list-type" ? [(name, value)] : [("list-type", "2"), (name, value)]);
        using var response = await _s3.Http.SendAsync(signer.Sign().ToMessage(_s3.Url), Cancellation);

        Assert.Contains("<Code>InvalidArgument</Code>", await response.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buckets_are_listed_made_located_and_found()
    {
        await _s3.Client.PutBucketAsync("made-here", Cancellation);
        await _s3.Client.PutBucketAsync("made-here", Cancellation);
        var invalid = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.PutBucketAsync(new PutBucketRequest { BucketName = "127.0.0.1" }, Cancellation));
        var listed = await _s3.Client.ListBucketsAsync(Cancellation);
        var location = await _s3.Client.GetBucketLocationAsync(S3Server.Bucket, Cancellation);
        var versioning = await _s3.Client.GetBucketVersioningAsync(S3Server.Bucket, Cancellation);
        await _s3.Client.HeadBucketAsync(new() { BucketName = "made-here" }, Cancellation);
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => _s3.Client.HeadBucketAsync(new() { BucketName = "missing" }, Cancellation));

        Assert.Equal(["made-here", S3Server.Bucket], listed.Buckets.Select(bucket => bucket.BucketName));
        Assert.Equal("InvalidBucketName", invalid.ErrorCode);
        Assert.Equal(404, (int)missing.StatusCode);
        Assert.Equal("", location.Location?.Value ?? "");
        Assert.NotEqual("Enabled", versioning.VersioningConfig.Status?.Value);
    }

    private async Task<List<string>> ListAsync(string prefix, string delimiter, int size)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = S3Server.Bucket,
            Prefix = prefix,
            Delimiter = delimiter,
            MaxKeys = size,
        };
        var all = new List<string>();
        ListObjectsV2Response page;
        do
        {
            page = await _s3.Client.ListObjectsV2Async(request, Cancellation);
            request.ContinuationToken = page.NextContinuationToken;
            all.AddRange((page.S3Objects ?? []).Select(item => item.Key));
            all.AddRange((page.CommonPrefixes ?? []).Select(common => common + "*"));
        }
        while (page.IsTruncated == true);
        return all;
    }

    private async Task<List<string>> ListFirstVersionAsync(string prefix, string delimiter, int size)
    {
        var request = new ListObjectsRequest
        {
            BucketName = S3Server.Bucket,
            Prefix = prefix,
            Delimiter = delimiter,
            MaxKeys = size,
        };
        var all = new List<string>();
        ListObjectsResponse page;
        do
        {
            page = await _s3.Client.ListObjectsAsync(request, Cancellation);
            request.Marker = page.NextMarker ?? page.S3Objects?.LastOrDefault()?.Key;
            all.AddRange((page.S3Objects ?? []).Select(item => item.Key));
            all.AddRange((page.CommonPrefixes ?? []).Select(common => common + "*"));
        }
        while (page.IsTruncated == true);
        return all;
    }
}
