using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.S3;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

public sealed partial class S3SignatureTests : IAsyncLifetime
{
    private static readonly byte[] Body = "the very bytes"u8.ToArray();
    private static readonly string[] SignedNames =
        ["content-md5", "content-type", "if-none-match", "x-amz-date", "x-amz-content-sha256", "x-amz-meta-a", "host"];

    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Authority => new Uri(_s3.Url).Authority;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task A_sealed_ticket_works_once_and_for_these_bytes_alone()
    {
        var url = Ticket();

        var longer = await PutAsync(url, [.. Body, 0]);
        var shorter = await PutAsync(url, Body[1..]);
        var otherBytes = await PutAsync(url, [.. Body[..^1], 0]);
        var otherType = await PutAsync(url, Body, type: "image/png");
        var withoutSeal = await PutAsync(url, Body, ifNoneMatch: null);
        var otherSum = await PutAsync(url, Body, sha256: Sha256([0]));
        var first = await PutAsync(url, Body);
        var second = await PutAsync(url, Body);

        Assert.Equal(
            Enumerable.Repeat((403, "SignatureDoesNotMatch"), 5),
            new[] { longer, shorter, otherType, withoutSeal, otherSum });
        Assert.Equal(
            [(400, "BadDigest"), (200, ""), (412, "PreconditionFailed")], new[] { otherBytes, first, second });
    }

    [Fact]
    public async Task Any_change_to_a_presigned_url_is_refused()
    {
        var url = new Uri(Ticket());
        var pairs = url.Query[1..].Split('&');
        var accepted = new List<string>();
        foreach (var (pair, index) in pairs.Select((pair, index) => (pair, index)))
        {
            var last = pair[^1] == '1' ? '2' : '1';
            string[] changed = [.. pairs[..index], pair[..^1] + last, .. pairs[(index + 1)..]];
            string[] removed = [.. pairs[..index], .. pairs[(index + 1)..]];
            foreach (var query in new[] { changed, removed, [.. pairs, "extra=1"] })
            {
                var target = $"{_s3.Url}{url.AbsolutePath}?{string.Join('&', query)}";
                if (await PutAsync(target, Body) is not (403 or 400, _))
                {
                    accepted.Add(target);
                }
            }
        }

        var otherKey = await PutAsync(url.AbsoluteUri.Replace("ticket", "tickeu", StringComparison.Ordinal), Body);
        using var otherMethod = await _s3.Http.GetAsync(url, Cancellation);

        Assert.Empty(accepted);
        Assert.Equal((403, "SignatureDoesNotMatch"), otherKey);
        Assert.Equal(HttpStatusCode.Forbidden, otherMethod.StatusCode);
        Assert.Equal(0, _s3.Store.Counts()[0].Objects);
    }

    [Fact]
    public async Task A_presigned_url_expires_and_does_not_begin_early()
    {
        var url = Ticket();

        _s3.Clock.Offset = TimeSpan.FromMinutes(15.5);
        var late = await PutAsync(url, Body);
        _s3.Clock.Offset = TimeSpan.FromMinutes(-20);
        var early = await PutAsync(url, Body);
        _s3.Clock.Offset = TimeSpan.FromMinutes(14);
        var inTime = await PutAsync(url, Body);

        Assert.Equal([(403, "AccessDenied"), (403, "AccessDenied"), (200, "")], new[] { late, early, inTime });
    }

    [Fact]
    public async Task A_header_that_was_not_signed_may_not_be_added()
    {
        using var presigned = new HttpRequestMessage(HttpMethod.Put, _s3.Presign(HttpVerb.PUT, "x"));
        presigned.Content = new ByteArrayContent(Body);
        presigned.Headers.Add("x-amz-meta-added", "1");
        using var signed = Signer("PUT", "/photos/x").Sign().ToMessage(_s3.Url, []);
        signed.Headers.Add("x-amz-acl", "public-read");

        Assert.Equal((403, "AccessDenied"), await SendAsync(presigned));
        Assert.Equal((403, "AccessDenied"), await SendAsync(signed));
    }

    [Fact]
    public async Task Any_change_to_a_signed_request_is_refused()
    {
        foreach (var name in SignedNames)
        {
            using var message = SignedPut();
            var value = name == "x-amz-date" ? SigV4.Timestamp(DateTimeOffset.UtcNow.AddSeconds(1)) : "0000";
            HttpHeaders headers = name.StartsWith("content", StringComparison.Ordinal)
                ? message.Content!.Headers : message.Headers;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
            Assert.True(await SendAsync(message) is (403 or 400, _), name);
        }

        using var untouched = SignedPut();
        Assert.Equal((200, ""), await SendAsync(untouched));
    }

    [Fact]
    public async Task A_refusal_shows_what_the_store_signed()
    {
        var signer = Signer("GET", "/photos/x").Sign();
        signer.Headers["authorization"] = signer.Headers["authorization"][..^1] + "x";
        using var response = await _s3.Http.SendAsync(signer.ToMessage(_s3.Url), Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", text, StringComparison.Ordinal);
        Assert.Contains("<CanonicalRequest>GET\n/photos/x\n", text, StringComparison.Ordinal);
        Assert.Contains("<StringToSign>AWS4-HMAC-SHA256\n", text, StringComparison.Ordinal);
        Assert.Equal(response.Headers.GetValues("x-amz-request-id").Single(), RequestId().Match(text).Groups[1].Value);
    }

    [Theory]
    [InlineData("skew", 403, "RequestTimeTooSkewed")]
    [InlineData("key", 403, "InvalidAccessKeyId")]
    [InlineData("service", 400, "AuthorizationHeaderMalformed")]
    [InlineData("region", 404, "NoSuchKey")]
    [InlineData("anonymous", 403, "AccessDenied")]
    [InlineData("v2", 400, "InvalidRequest")]
    [InlineData("no hash", 400, "InvalidRequest")]
    [InlineData("odd hash", 400, "InvalidArgument")]
    [InlineData("wrong hash", 400, "XAmzContentSHA256Mismatch")]
    [InlineData("no date", 403, "AccessDenied")]
    [InlineData("both", 400, "InvalidArgument")]
    [InlineData("scope date", 400, "AuthorizationHeaderMalformed")]
    [InlineData("no signature", 400, "AuthorizationHeaderMalformed")]
    public async Task A_request_signed_wrongly_is_told_why(string flaw, int status, string code)
    {
        var signer = new S3Signer(Authority, "GET", "/photos/x", flaw == "both" ? [("X-Amz-Signature", "x")] : []);
        signer.Time += flaw == "skew" ? TimeSpan.FromMinutes(-16) : TimeSpan.Zero;
        signer.AccessKey = flaw == "key" ? "AKIA" : signer.AccessKey;
        signer.Service = flaw == "service" ? "sqs" : signer.Service;
        signer.Region = flaw == "region" ? "eu-central-1" : signer.Region;
        signer.PayloadHash = flaw switch
        {
            "odd hash" => "abc",
            "wrong hash" => new string('0', 64),
            _ => signer.PayloadHash,
        };
        signer.Sign();
        var authorization = signer.Headers["authorization"];
        signer.Headers["authorization"] = flaw switch
        {
            "v2" => "AWS local:abc",
            "scope date" => authorization.Replace(
                $"/{SigV4.Timestamp(signer.Time)[..8]}/", "/20200101/", StringComparison.Ordinal),
            "no signature" => authorization[..authorization.LastIndexOf(',')],
            _ => authorization,
        };
        signer.Headers.Remove(flaw switch
        {
            "no date" => "x-amz-date",
            "no hash" => "x-amz-content-sha256",
            "anonymous" => "authorization",
            _ => "",
        });

        Assert.Equal((status, code), await SendAsync(signer.ToMessage(_s3.Url)));
    }

    [Theory]
    [InlineData("X-Amz-Expires", "604801")]
    [InlineData("X-Amz-Expires", "0")]
    [InlineData("X-Amz-Date", "yesterday")]
    [InlineData("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256")]
    [InlineData("X-Amz-Credential", "local/20200101/us-east-1/s3/aws4_request")]
    [InlineData("X-Amz-Credential", "local")]
    public async Task A_malformed_presigned_url_is_told_why(string name, string value)
    {
        var url = Regex.Replace(_s3.Presign(HttpVerb.GET, "x"), $"{name}=[^&]*",
            $"{name}={Uri.EscapeDataString(value)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);

        Assert.Equal((400, "AuthorizationQueryParametersError"), await SendAsync(request));
    }

    [Fact]
    public async Task A_presigned_url_of_version_2_is_told_what_to_use()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get,
            "/photos/x?AWSAccessKeyId=local&Signature=abc&Expires=1");

        Assert.Equal((400, "InvalidRequest"), await SendAsync(request));
    }

    private static string Sha256(byte[] bytes) => Convert.ToBase64String(Convert.FromHexString(S3Signer.Hash(bytes)));

    private S3Signer Signer(string method, string path) => new(Authority, method, path);

    private string Ticket() => _s3.Presign(HttpVerb.PUT, "in/ticket.jpg", request =>
    {
        request.ContentType = "image/jpeg";
        request.Headers["If-None-Match"] = "*";
        request.Headers["Content-Length"] = $"{Body.Length}";
        request.Headers["x-amz-checksum-sha256"] = Sha256(Body);
    });

    private HttpRequestMessage SignedPut()
    {
        var signer = Signer("PUT", "/photos/signed");
        signer.PayloadHash = S3Signer.Hash(Body);
        signer.Headers["content-length"] = $"{Body.Length}";
        signer.Headers["content-type"] = "image/jpeg";
        signer.Headers["if-none-match"] = "*";
        signer.Headers["x-amz-meta-a"] = "two  spaces";
        signer.Headers["content-md5"] = Convert.ToBase64String(
            CryptographicOperations.HashData(HashAlgorithmName.MD5, Body));
        // Signed as SigV4 wants it, sent as written.
        signer.Headers["x-amz-meta-a"] = "two spaces";
        signer.Sign();
        signer.Headers["x-amz-meta-a"] = "  two   spaces ";
        return signer.ToMessage(_s3.Url, Body);
    }

    private Task<(int Status, string Code)> PutAsync(
        string url, byte[] body, string type = "image/jpeg", string? ifNoneMatch = "*", string? sha256 = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new(type);
        request.Headers.Add("x-amz-checksum-sha256", sha256 ?? Sha256(Body));
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return SendAsync(request);
    }

    private async Task<(int Status, string Code)> SendAsync(HttpRequestMessage request)
    {
        using var response = await _s3.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return ((int)response.StatusCode, S3Server.ErrorCode(text));
    }

    [GeneratedRegex("<RequestId>(.*?)</RequestId>")]
    private static partial Regex RequestId();
}
