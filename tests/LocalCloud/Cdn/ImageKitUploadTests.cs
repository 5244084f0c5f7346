using System.Text;
using PhotoLambda.Local;

namespace PhotoLambda.Tests;

/// <summary>What ImageKit's documents say of uploads holds of the local one.</summary>
public class ImageKitUploadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_uploaded_file_is_served_as_what_it_is()
    {
        await using var server = await ImageKitServer.StartAsync();

        var reply = await server.UploadAsync(
            ("fileName", "a b😀.png"), ("useUniqueFileName", "false"), ("folder", "//x y/z/"),
            ("transformation", """{"pre":"w-400","post":[{"type":"thumbnail"}]}"""));

        Assert.True(reply.Status == 200, reply.Body);
        Assert.Equal("a_b_.png", reply["name"]);
        Assert.Equal("/x_y/z/a_b_.png", reply["filePath"]);
        Assert.Equal(("image", "1", "1"), (reply["fileType"], reply["width"], reply["height"]));
        Assert.Equal($"{ImageKitServer.Png.Length}", reply["size"]);
        using var served = await server.Http.GetAsync(reply["url"], Stop);
        Assert.Equal("image/png", served.Content.Headers.ContentType?.MediaType);
        Assert.Equal(ImageKitServer.Png, await served.Content.ReadAsByteArrayAsync(Stop));
        var file = (await server.StateAsync()).GetProperty("files")[0];
        Assert.Equal(1, file.GetProperty("uploads").GetInt32());
        Assert.Equal("w-400", file.GetProperty("transformation").GetString());
    }

    [Fact]
    public async Task Base64_and_data_uris_are_files_too()
    {
        await using var server = await ImageKitServer.StartAsync();
        var base64 = Convert.ToBase64String(ImageKitServer.Png);

        var plain = await server.UploadAsync(base64, ("fileName", "a.png"));
        var data = await server.UploadAsync("data:image/png;base64," + base64, ("fileName", "a.png"));

        Assert.Equal($"{ImageKitServer.Png.Length}", plain["size"]);
        Assert.Equal($"{ImageKitServer.Png.Length}", data["size"]);
    }

    [Fact]
    public async Task A_name_is_unique_unless_the_upload_says_otherwise()
    {
        await using var server = await ImageKitServer.StartAsync();

        var first = await server.UploadAsync(("fileName", "a.png"));
        var second = await server.UploadAsync(("fileName", "a.png"));

        Assert.Matches("^a_[A-Za-z0-9]{9}\\.png$", first["name"]);
        Assert.NotEqual(first["name"], second["name"]);
        Assert.NotEqual(first["fileId"], second["fileId"]);
    }

    [Fact]
    public async Task A_name_taken_is_overwritten_unless_that_is_forbidden()
    {
        await using var server = await ImageKitServer.StartAsync();
        var first = await server.PutAsync("a.txt", Encoding.UTF8.GetBytes("one"));

        var second = await server.PutAsync("a.txt", Encoding.UTF8.GetBytes("two"));
        var third = await server.UploadAsync(
            ("fileName", "a.txt"), ("folder", "f"), ("useUniqueFileName", "false"), ("overwriteFile", "false"));

        Assert.Equal(first["fileId"], second["fileId"]);
        Assert.Equal("two", await server.Http.GetStringAsync(first["url"], Stop));
        third.IsRefused(400, "fileName is taken");
        var file = Assert.Single((await server.StateAsync()).GetProperty("files").EnumerateArray());
        Assert.Equal(2, file.GetProperty("uploads").GetInt32());
    }

    [Fact]
    public async Task A_restart_keeps_files_and_forgets_deleted_ones()
    {
        await using var server = await ImageKitServer.StartAsync();
        var kept = await server.PutAsync("kept.png");
        var gone = await server.PutAsync("gone.png");
        await server.SendAsync("DELETE", "v1/files/" + gone["fileId"]);

        server.Restart();

        Assert.Equal(ImageKitServer.Png, await server.Http.GetByteArrayAsync(kept["url"], Stop));
        var file = Assert.Single((await server.StateAsync()).GetProperty("files").EnumerateArray());
        Assert.Equal(kept["fileId"], file.GetProperty("fileId").GetString());
        (await server.SendAsync("GET", gone["url"]!)).IsRefused(404, "/f/gone.png");
    }

    [Fact]
    public async Task Many_uploads_at_a_time_are_all_kept()
    {
        await using var server = await ImageKitServer.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => server.PutAsync($"{i % 20}.png")));
        server.Restart();

        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        var files = (await server.StateAsync()).GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(20, files.Count);
        Assert.All(files, file => Assert.Equal(3, file.GetProperty("uploads").GetInt32()));
        Assert.Equal(20, Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories)
            .Count(path => path.Contains("blobs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_damaged_journal_is_told_of_and_a_torn_line_is_not()
    {
        await using var server = await ImageKitServer.StartAsync();
        await server.PutAsync("a.png");
        var journal = Path.Combine(server.Folder, "library.journal");

        await File.AppendAllTextAsync(journal, "{\"Put\":", Stop);
        server.Restart();
        Assert.Single((await server.StateAsync()).GetProperty("files").EnumerateArray());
        await File.AppendAllTextAsync(journal, "garbage\n", Stop);

        var damaged = Assert.Throws<LocalCloudException>(server.Restart);
        Assert.Contains("library.journal is damaged at line 2", damaged.Message, StringComparison.Ordinal);
    }
}
