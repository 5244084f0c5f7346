using System.Net;
using System.Text;
using Amazon.S3;
using PhotoLambda.Local.S3;
using ChecksumAlgorithm = PhotoLambda.Local.S3.ChecksumAlgorithm;

namespace PhotoLambda.Tests;

public sealed class S3ChecksumTests : IAsyncLifetime
{
    private const string Digits = "123456789";
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    // The check values of the CRC catalogue and of FIPS 180.
    [Theory]
    [InlineData("crc32", "y/Q5Jg==")]
    [InlineData("crc32c", "4waSgw==")]
    [InlineData("crc64nvme", "rosUhgp5mIg=")]
    [InlineData("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    [InlineData("sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")]
    public async Task Each_checksum_is_verified_stored_and_returned(string algorithm, string value)
    {
        var wrong = await PutAsync(
            ("x-amz-checksum-" + algorithm, Convert.ToBase64String(new byte[Convert.FromBase64String(value).Length])));
        var right = await PutAsync(("x-amz-checksum-" + algorithm, value), ("x-amz-sdk-checksum-algorithm", algorithm));
        using var get = new HttpRequestMessage(HttpMethod.Get,
            _s3.Presign(HttpVerb.GET, "sum", r => r.Headers["x-amz-checksum-mode"] = "ENABLED"));
        get.Headers.Add("x-amz-checksum-mode", "ENABLED");
        using var got = await _s3.Http.SendAsync(get, Cancellation);

        Assert.Equal((400, "BadDigest"), wrong);
        Assert.Equal((200, ""), right);
        Assert.Equal(value, got.Headers.GetValues("x-amz-checksum-" + algorithm).Single());
        Assert.Equal("FULL_OBJECT", got.Headers.GetValues("x-amz-checksum-type").Single());
    }

    [Fact]
    public async Task Without_a_checksum_of_the_client_the_store_keeps_its_own()
    {
        Assert.Equal((200, ""), await PutAsync());
        var head = await _s3.Client.GetObjectMetadataAsync(
            new() { BucketName = S3Server.Bucket, Key = "sum", ChecksumMode = ChecksumMode.ENABLED }, Cancellation);

        Assert.Equal("rosUhgp5mIg=", head.ChecksumCRC64NVME);
    }

    [Fact]
    public async Task Checksums_that_cannot_be_are_refused()
    {
        Assert.Equal((400, "InvalidRequest"), await PutAsync(("x-amz-checksum-crc32", "nonsense")));
        Assert.Equal((400, "InvalidRequest"),
            await PutAsync(("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-crc32c", "4waSgw==")));
        Assert.Equal((400, "InvalidRequest"), await PutAsync(("x-amz-sdk-checksum-algorithm", "CRC32")));
        Assert.Equal((400, "InvalidRequest"), await PutAsync(("x-amz-sdk-checksum-algorithm", "MD4")));
        Assert.Equal((400, "InvalidRequest"),
            await PutAsync(("x-amz-sdk-checksum-algorithm", "SHA1"), ("x-amz-checksum-crc32", "y/Q5Jg==")));
        Assert.Equal((400, "InvalidDigest"), await PutAsync(("content-md5", "abc")));
        Assert.Equal((400, "BadDigest"), await PutAsync(("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")));
        Assert.Equal((400, "XAmzContentSHA256Mismatch"), await PutAsync(S3Signer.Hash([]), []));
        Assert.Equal((200, ""), await PutAsync(("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")));
    }

    [Fact]
    public async Task A_hoisted_checksum_counts_as_a_header()
    {
        // As the JavaScript presigner does by default, with the sum of an empty body.
        var url = _s3.Presign(HttpVerb.PUT, "hoisted", r => r.Parameters.Add("x-amz-checksum-crc32", "AAAAAA=="));
        using var response = await _s3.Http.PutAsync(url, new StringContent("not empty"), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public void Checksums_of_pieces_combine_to_that_of_the_whole()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (var algorithm in ChecksumNames.All.Where(algorithm => algorithm.IsCrc()))
        {
            var pieces = Enumerable.Range(0, 5).Select(_ => new byte[random.Next(0, 3000)]).ToList();
            pieces.ForEach(random.NextBytes);

            var combined = ChecksumHash.OfParts(algorithm, true,
                pieces.ConvertAll(piece => (Of(algorithm, piece), (long)piece.Length)));

            Assert.Equal(Of(algorithm, [.. pieces.SelectMany(piece => piece)]), combined.Value);
        }
    }

    private static string Of(ChecksumAlgorithm algorithm, byte[] bytes)
    {
        using var hash = new ChecksumHash(algorithm);
        hash.Append(bytes);
        return hash.Finish().Value;
    }

    private Task<(int Status, string Code)> PutAsync(params (string Name, string Value)[] headers) =>
        PutAsync("UNSIGNED-PAYLOAD", headers);

    private async Task<(int Status, string Code)> PutAsync(string payloadHash, (string Name, string Value)[] headers)
    {
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "PUT", "/photos/sum") { PayloadHash = payloadHash };
        foreach (var (name, value) in headers)
        {
            signer.Headers[name] = value;
        }

        using var request = signer.Sign().ToMessage(_s3.Url, Encoding.ASCII.GetBytes(Digits));
        using var response = await _s3.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, S3Server.ErrorCode(text));
    }
}
