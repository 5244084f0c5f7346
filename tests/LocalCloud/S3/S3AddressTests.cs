using System.Net;

namespace PhotoLambda.Tests;

public sealed class S3AddressTests : IAsyncLifetime
{
    private S3Server _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await S3Server.StartAsync();

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("a+b", "a+b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a//b", "a//b")]
    [InlineData("a/../b", "a/../b")]
    [InlineData("./b/.", "./b/.")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("%C3%BC%F0%9F%93%B7", "ü📷")]
    [InlineData("it's(1)!*", "it's(1)!*")]
    public async Task A_key_is_what_was_sent_and_nothing_is_normalized(string sent, string key)
    {
        using var put = Signer("PUT", "/photos/" + sent).Sign().ToMessage(_s3.Url, []);
        Assert.Equal((200, ""), await SendAsync(put));
        var listed = await _s3.Client.ListObjectsV2Async(new() { BucketName = S3Server.Bucket }, Cancellation);
        using var get = await _s3.Http.SendAsync(Signer("GET", "/photos/" + sent).Sign().ToMessage(_s3.Url),
            Cancellation);

        Assert.Equal(key, Assert.Single(listed.S3Objects).Key);
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
    }

    [Theory]
    [InlineData("/photos/%zz")]
    [InlineData("/photos/%C3%28")]
    public async Task A_path_that_is_not_UTF8_is_refused(string path) =>
        Assert.Equal((400, "InvalidURI"), await SendAsync(Signer("GET", path).Sign().ToMessage(_s3.Url)));

    [Theory]
    [InlineData("photos.localhost", "/virtual")]
    [InlineData("photos.s3.localhost", "/virtual")]
    [InlineData("photos.s3.us-east-1.localhost", "/virtual")]
    [InlineData("s3.localhost", "/photos/virtual")]
    [InlineData("localhost", "/photos/virtual")]
    public async Task The_bucket_may_be_in_the_host_or_in_the_path(string host, string path)
    {
        await _s3.PutAsync("virtual", "x", Cancellation);
        var signer = new S3Signer($"{host}:{new Uri(_s3.Url).Port}", "GET", path).Sign();

        Assert.Equal((200, ""), await SendAsync(signer.ToMessage(_s3.Url)));
    }

    private S3Signer Signer(string method, string path) => new(new Uri(_s3.Url).Authority, method, path);

    private async Task<(int Status, string Code)> SendAsync(HttpRequestMessage request)
    {
        using var response = await _s3.Http.SendAsync(request, Cancellation);
        return ((int)response.StatusCode, S3Server.ErrorCode(await response.Content.ReadAsStringAsync(Cancellation)));
    }
}
