using System.Text.Json;
using PhotoLambda.Local.Cdn;

namespace PhotoLambda.Tests;

/// <summary>A file that is a URL is fetched, and what cannot be fetched is refused with the reason.</summary>
public class ImageKitFetchTests
{
    [Fact]
    public async Task A_file_is_fetched_also_by_way_of_redirects()
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = http =>
        {
            if (http.Request.Path != "/origin/3")
            {
                http.Response.Redirect($"/origin/{http.Request.Path.Value![^1] switch { '1' => 2, '2' => 3, _ => 1 }}");
                return Task.CompletedTask;
            }

            return http.Response.Body.WriteAsync(ImageKitServer.Png).AsTask();
        };

        var reply = await FetchAsync(server, server.OriginUrl + "?X-Amz-Signature=0");

        Assert.True(reply.Status == 200, reply.Body);
        Assert.Equal($"{ImageKitServer.Png.Length}", reply["size"]);
        Assert.Equal("image", reply["fileType"]);
    }

    [Fact]
    public async Task A_presigned_URL_of_the_local_store_will_do()
    {
        await using var cdn = await CdnServer.StartAsync();
        await cdn.PutObjectAsync("originals", "o/a.txt", "stored");
        Task<(int Status, string Body)> Upload(string url)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(cdn.Url, ImageKitEndpoint.UploadPath));
            request.Headers.Authorization = ImageKitServer.Basic(ImageKitKey.Private + ":");
            request.Content = new MultipartFormDataContent
            {
                { new StringContent(url), "file" },
                { new StringContent("a.txt"), "fileName" },
            };
            return cdn.SendAsync(request);
        }

        var url = cdn.Presign("originals", "o/a.txt");
        var good = await Upload(url);
        var bad = await Upload(url[..^1] + (url[^1] == '0' ? '1' : '0'));

        Assert.True(good.Status == 200, good.Body);
        var published = JsonDocument.Parse(good.Body).RootElement.GetProperty("url").GetString()!;
        Assert.Equal((200, "stored"), await cdn.GetAsync(published));
        Assert.Equal(400, bad.Status);
        Assert.Contains("answered 403", bad.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_or_redirects_for_ever_is_told_of()
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = http =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var missing = await FetchAsync(server, server.OriginUrl + "?X-Amz-Signature=secret");
        server.Origin = http =>
        {
            http.Response.Redirect("/origin");
            return Task.CompletedTask;
        };
        var circling = await FetchAsync(server, server.OriginUrl);

        missing.IsRefused(400, "/origin: answered 404");
        Assert.DoesNotContain("secret", missing.Body, StringComparison.Ordinal);
        circling.IsRefused(400, "answered 302");
    }

    [Fact]
    public async Task A_server_has_eight_seconds_for_its_headers()
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = http => Task.Delay(Timeout.Infinite, http.RequestAborted);

        var reply = await FetchAsync(server, server.OriginUrl);

        // The tests' server has half a second.
        reply.IsRefused(400, "headers did not come within 0.5 s");
        Assert.Equal(8, RemoteFile.DocumentedLimit.TotalSeconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_too_large_is_not_kept(bool tellsLength)
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = async http =>
        {
            const int Size = (25 * 1024 * 1024) + 1;
            http.Response.ContentLength = tellsLength ? Size : null;
            await http.Response.Body.WriteAsync(new byte[Size], http.RequestAborted);
        };

        var reply = await FetchAsync(server, server.OriginUrl);

        reply.IsRefused(400, tellsLength ? "and has 26214401" : "and has more");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_told_of()
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = async http =>
        {
            http.Response.ContentLength = 100;
            await http.Response.Body.WriteAsync(new byte[10]);
            await http.Response.Body.FlushAsync();
            http.Abort();
        };
        (await FetchAsync(server, server.OriginUrl)).IsRefused(400, "file cannot be fetched");
        (await FetchAsync(server, "http://127.0.0.1:1/a.png")).IsRefused(400, "file cannot be fetched");
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/a.png")]
    [InlineData("http://")]
    public async Task Nothing_but_http_is_fetched(string url)
    {
        await using var server = await ImageKitServer.StartAsync();

        (await FetchAsync(server, url)).IsRefused(400, "file must be bytes, base64 or a URL of http or https");
    }

    [Fact]
    public async Task A_redirect_to_another_scheme_is_not_followed()
    {
        await using var server = await ImageKitServer.StartAsync();
        server.Origin = http =>
        {
            http.Response.Redirect("file:///etc/passwd");
            return Task.CompletedTask;
        };

        (await FetchAsync(server, server.OriginUrl)).IsRefused(400, "answered 302");
    }

    private static Task<ImageKitReply> FetchAsync(ImageKitServer server, string url) =>
        server.UploadAsync(url, ("fileName", "a.png"));
}
