using System.Net;
using System.Text;

namespace PhotoLambda.Tests;

public sealed class S3ChunkedBodyTests : IAsyncLifetime
{
    private const string Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private static readonly byte[] Body = [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i * 7))];
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task Signed_chunks_are_taken_apart_and_verified()
    {
        var signer = Signer(Signed);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(signer, signer.Chunked(Body, 8192)));
        Assert.Equal(Body, await ReadAsync());
    }

    [Fact]
    public async Task A_trailing_checksum_is_verified_with_its_signature()
    {
        var signer = Signer(Signed + "-TRAILER", "x-amz-checksum-crc32c");
        var framed = signer.Chunked(Body, 16384, ("x-amz-checksum-crc32c", "6qVQSg=="));
        var good = signer.Chunked(Body, 16384, ("x-amz-checksum-crc32c", Crc32C()));

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, framed));
        Assert.Equal(HttpStatusCode.Forbidden,
            await SendAsync(signer, Replace(good, "x-amz-trailer-signature:", "x-amz-trailer-signature:0")));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, signer.Chunked(Body, 16384, ("x-other", "1"))));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(signer, good));
        Assert.Equal(Body, await ReadAsync());
    }

    [Fact]
    public async Task An_unsigned_body_has_a_verified_trailer()
    {
        var signer = Signer("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-checksum-crc32c");
        byte[] Frame(string trailer) =>
            [.. Encoding.ASCII.GetBytes($"{Body.Length:X}\r\n"), .. Body,
                .. Encoding.ASCII.GetBytes($"\r\n0\r\n{trailer}\r\n\r\n")];

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, Frame("x-amz-checksum-crc32c:AAAAAA==")));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, Frame("x-amz-checksum-crc32c:zz")));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, Frame("no colon")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(signer, Frame($"x-amz-checksum-crc32c:{Crc32C()}")));
        Assert.Equal(Body, await ReadAsync());
    }

    [Fact]
    public async Task One_changed_byte_in_any_place_of_the_framing_is_refused()
    {
        var random = new Random();
        var seed = random.Next();
        random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var signer = Signer(Signed);
        for (var i = 0; i < 40; i++)
        {
            var framed = signer.Chunked(Body, 8192);
            var at = i == 0 ? framed.Length - 90 : random.Next(framed.Length - 2);
            framed[at] ^= 1;

            Assert.True(await SendAsync(signer, framed) is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest,
                $"byte {at}");
        }

        Assert.Equal(0, _s3.Store.Counts()[0].Objects);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_s3.Folder, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_body_that_breaks_off_or_has_small_chunks_is_refused()
    {
        var signer = Signer(Signed);
        var framed = signer.Chunked(Body, 8192);
        byte[] endless = new byte[20_000];

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, framed[..20_000]));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, framed[..30]));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, []));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, endless));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(signer, signer.Chunked(Body[1..], 8192)));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(signer, signer.Chunked(Body, 100)));
        Assert.Equal(HttpStatusCode.LengthRequired, await SendAsync(Signer(Signed, length: false), framed));
    }

    private static string Crc32C()
    {
        var crc = Body.Aggregate(uint.MaxValue, System.Numerics.BitOperations.Crc32C) ^ uint.MaxValue;
        return Convert.ToBase64String([(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);
    }

    private static byte[] Replace(byte[] framed, string from, string to) => Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(framed).Replace(from, to, StringComparison.Ordinal));

    private S3Signer Signer(string hash, string? trailer = null, bool length = true)
    {
        var signer = new S3Signer(new Uri(_s3.Url).Authority, "PUT", "/photos/chunked") { PayloadHash = hash };
        signer.Headers["content-encoding"] = "aws-chunked";
        if (length)
        {
            signer.Headers["x-amz-decoded-content-length"] = $"{Body.Length}";
        }

        if (trailer is not null)
        {
            signer.Headers["x-amz-trailer"] = trailer;
        }

        return signer.Sign();
    }

    private async Task<HttpStatusCode> SendAsync(S3Signer signer, byte[] framed)
    {
        using var response = await _s3.Http.SendAsync(signer.ToMessage(_s3.Url, framed), Cancellation);
        return response.StatusCode;
    }

    private async Task<byte[]> ReadAsync()
    {
        using var got = await _s3.Client.GetObjectAsync(S3Server.Bucket, "chunked", Cancellation);
        using var memory = new MemoryStream();
        await got.ResponseStream.CopyToAsync(memory, Cancellation);
        Assert.Empty(got.Headers.ContentEncoding ?? "");
        return memory.ToArray();
    }
}
