namespace PhotoLambda.Tests;

/// <summary>Files are found by name, deleted once, and purged by URL.</summary>
public class ImageKitFilesTests
{
    [Theory]
    [InlineData("", "a.png b.txt c.png")]
    [InlineData("?path=/f", "a.png b.txt")]
    [InlineData("?path=f/g/", "c.png")]
    [InlineData("?name=a.png", "a.png")]
    [InlineData("?name=a", "")]
    [InlineData("?fileType=non-image", "b.txt")]
    [InlineData("?sort=DESC_NAME&limit=1&skip=1", "b.txt")]
    [InlineData("?searchQuery=name%20%3D%20%22a.png%22&name=b.txt", "a.png")]
    [InlineData("?searchQuery=name%3A%22c%22%20AND%20path%3A%22%2Ff%2F%22", "c.png")]
    [InlineData("?searchQuery=path%20%3D%20%22%2Ff%22", "a.png b.txt")]
    public async Task Files_are_listed_as_asked(string query, string names)
    {
        await using var server = await ImageKitServer.StartAsync();
        await server.PutAsync("a.png");
        await server.PutAsync("b.txt", [1]);
        await server.UploadAsync(("fileName", "c.png"), ("folder", "/f/g"), ("useUniqueFileName", "false"));

        var list = await server.SendAsync("GET", "v1/files" + query);

        Assert.True(list.Status == 200, list.Body);
        var listed = list.Json.EnumerateArray().Select(file => file.GetProperty("name").GetString());
        Assert.Equal(names, string.Join(' ', listed));
    }

    [Theory]
    [InlineData("limit=0", "limit must be a whole number from 1 to 1000; it is '0'")]
    [InlineData("limit=1001", "limit must be")]
    [InlineData("skip=-1", "skip must be")]
    [InlineData("sort=NAME", "sort must be")]
    [InlineData("fileType=pdf", "fileType must be all, image or non-image")]
    [InlineData("searchQuery=", "searchQuery must be conditions")]
    [InlineData("searchQuery=size%20%3E%201", "searchQuery must be conditions")]
    [InlineData("searchQuery=name%3D%22a%22%20AND", "searchQuery must be conditions")]
    [InlineData("fileId=0", "fileId is not a parameter")]
    public async Task A_list_that_cannot_be_made_is_refused(string query, string message)
    {
        await using var server = await ImageKitServer.StartAsync();

        (await server.SendAsync("GET", "v1/files?" + query)).IsRefused(400, message);
    }

    [Fact]
    public async Task A_file_is_described_and_deleted_once()
    {
        await using var server = await ImageKitServer.StartAsync();
        var file = await server.PutAsync("a.png");
        var path = "v1/files/" + file["fileId"];

        Assert.Equal(file["url"], (await server.SendAsync("GET", path + "/details"))["url"]);
        var first = await server.SendAsync("DELETE", path);
        Assert.Equal((204, ""), (first.Status, first.Body));
        (await server.SendAsync("DELETE", path)).IsRefused(404, "There is no file");
        (await server.SendAsync("GET", path + "/details")).IsRefused(404, "There is no file");
        (await server.SendAsync("GET", file["url"]!)).IsRefused(404, "There is no file");
    }

    [Fact]
    public async Task A_purge_is_counted_by_its_url()
    {
        await using var server = await ImageKitServer.StartAsync();
        var url = (await server.PutAsync("a.png"))["url"]!;
        Task<ImageKitReply> Purge(string json) => server.SendJsonAsync("POST", "v1/files/purge", json);

        var purge = await Purge($$"""{"url":"{{url}}"}""");
        Assert.Equal(201, (await Purge($$"""{"url":"{{url}}*"}""")).Status);

        Assert.Equal(201, purge.Status);
        Assert.Equal("Completed", (await server.SendAsync("GET", "v1/files/purge/" + purge["requestId"]))["status"]);
        (await server.SendAsync("GET", "v1/files/purge/0")).IsRefused(404, "There was no purge request");
        Assert.Equal(
            [(url, 1), (url + "*", 1)],
            (await server.StateAsync()).GetProperty("purges").EnumerateArray()
                .Select(p => (p.GetProperty("url").GetString()!, p.GetProperty("times").GetInt32())));
        (await Purge("{}")).IsRefused(400, "url is missing");
        (await Purge("[]")).IsRefused(400, "url is missing");
        (await Purge("{")).IsRefused(400, "not JSON");
        (await Purge("""{"url":"https://ik.imagekit.io/x"}""")).IsRefused(400, "url must be that of a file here");
        (await Purge($$"""{"url":"{{url[..^7]}}/*/a.png"}""")).IsRefused(400, "url may have a wildcard at its end");
        (await Purge($$"""{"url":"{{url[..^7]}}/f*"}""")).IsRefused(400, "url may have a wildcard at its end");
    }
}
