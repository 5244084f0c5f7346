using System.Diagnostics;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What a folder or a manifest becomes.</summary>
public class PushTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_folder_becomes_photos_once()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.Add("a b/Ünïcode 港.jpg");
        folder.Add("a b/two\nlines.jpg");
        var first = folder.Add("first.jpg");
        folder.Add("twin.jpg", await File.ReadAllBytesAsync(first, TestContext.Current.CancellationToken));
        folder.Add("notes.txt", "no photo"u8.ToArray());
        folder.Add(".hidden/secret.jpg");
        Directory.CreateSymbolicLink(Path.Combine(folder.Folder, "loop"), folder.Folder);
        File.CreateSymbolicLink(Path.Combine(folder.Folder, "nowhere.jpg"), "nowhere.jpg");
        File.CreateSymbolicLink(Path.Combine(folder.Folder, "link.jpg"), folder.Write("elsewhere.jpg", "x"));
        File.WriteAllBytes(Path.Combine(folder.Folder, "../elsewhere.jpg"), PushedFolder.Photo("elsewhere"));
        await ShellAsync($"mkfifo '{folder.Folder}/pipe'");

        var (exit, output) = await folder.PushAsync(
            "--session", "trip-1", "--detect", "boats,people", "--priority", "high", "--wait", "30s");

        Assert.True(exit == 0, output);
        Assert.Contains("Skipped: 1 a link that leads nowhere, 1 a link to a folder, 1 empty, 1 hidden, "
            + "1 neither a photo nor a sound.", output);
        Assert.Contains("5 files: 4 uploaded, 1 known, 5 skipped; ", output);
        await folder.HasPhotosAsync(4);
        Assert.Equal(["trip-1", "boats,people", "high"], await folder.RowAsync(
            "session_id, array_to_string(detection_types, ','), priority", "two_lines.jpg"));
        var files = folder.Receipt.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(["uploaded", "known"], folder.Outcomes()
            .Where(f => f.Key is "first.jpg" or "twin.jpg").OrderByDescending(f => f.Value).Select(f => f.Value));
        Assert.All(files.Where(f => f.GetProperty("outcome").GetString() == "uploaded"), file => Assert.True(
            file.GetProperty("status").GetString() is "uploaded" or "processing"));
        Assert.Equal(4, files.Select(f => f.GetProperty("photo_id").GetGuid()).Distinct().Count());
        Assert.All(files, f => Assert.Equal(64, f.GetProperty("sha256").GetString()!.Length));
        Assert.False(File.Exists(folder.RetryList));

        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
        Assert.Contains("5 were done before.", output);
        Assert.Contains("5 files: 4 uploaded (4 of them before), 1 known, 5 skipped; 0 B", output);
        await folder.HasPhotosAsync(4);
    }

    [Fact]
    public async Task Files_that_the_project_has_are_known()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.AddMany(3);
        Assert.Equal(0, (await folder.PushAsync()).Exit);
        await folder.HasPhotosAsync(3);
        folder.Add("new.jpg");

        var journal = Path.Combine(folder.Folder, "../another.jsonl");
        var (exit, output) = await folder.PushAsync("--journal", journal, "--dry-run");
        Assert.True(exit == 0, output);
        Assert.Contains("4 files: 1 to upload, 3 known", output);
        Assert.False(File.Exists(journal));
        await folder.HasPhotosAsync(3);

        (exit, output) = await folder.PushAsync("--journal", journal);
        Assert.True(exit == 0, output);
        Assert.Contains("4 files: 1 uploaded, 3 known", output);
        await folder.HasPhotosAsync(4);
    }

    [Fact]
    public async Task An_empty_folder_is_done()
    {
        using var folder = await PushedFolder.NewAsync(cloud);

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("There is nothing to push.", output);
    }

    [Fact]
    public async Task What_cannot_be_pushed_is_told_and_listed()
    {
        using var folder = await PushedFolder.NewAsync(
            cloud, new { upload_urls_per_minute = 1000, max_image_bytes = 2000 });
        folder.Add("good.jpg");
        folder.Add("empty.jpg", []);
        folder.Add("damaged.jpg", new byte[2000]);
        folder.Add("small.jpg", TendedBucket.Photo());
        folder.Add("other.gif", [.. "GIF89a"u8, .. new byte[2000]]);
        folder.Add("large.jpg", TendedBucket.Photo(new string('x', 3000)));
        // A name that is no UTF-8, which .NET can list and not open.
        await ShellAsync($"touch '{folder.Folder}'/$(printf 'b\\377d').jpg");

        var (exit, output) = await folder.PushAsync();
        await ShellAsync($"rm '{folder.Folder}'/b*d.jpg");

        Assert.True(exit == 2, output);
        foreach (var line in new[]
        {
            "Failed: empty.jpg: empty",
            "Failed: damaged.jpg: damaged: its content is not what its name says",
            "Failed: small.jpg: too small: at least 1,024 bytes are taken; it has ",
            "Failed: other.gif: the project takes image/jpeg, image/png; it is image/gif",
            "Failed: large.jpg: too large: the project takes 2,000 bytes in one upload; it has 3,0",
            "Failed: b\ufffdd.jpg: cannot be found: it is gone, or its name is not in UTF-8",
            "7 files: 1 uploaded, 6 failed; ",
            $"Not done: {folder.RetryList}",
        })
        {
            Assert.Contains(line, output);
        }

        Assert.Equal("uploaded", folder.Outcomes()["good.jpg"]);
        Assert.Equal(7, (await File.ReadAllLinesAsync(
            folder.RetryList, TestContext.Current.CancellationToken)).Length);
        foreach (var path in new[] { "empty.jpg", "damaged.jpg", "small.jpg", "other.gif", "large.jpg" })
        {
            folder.Add(path);
        }

        (exit, output) = await folder.RunAsync(folder.RetryList, "--project", folder.Project);
        Assert.True(exit == 2, output);
        Assert.Contains("6 files: 5 uploaded, 1 failed; ", output);

        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
        Assert.False(File.Exists(folder.RetryList));
        await folder.HasPhotosAsync(6);
    }

    [Fact]
    public async Task A_manifest_names_files_and_sessions()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.Add("1.jpg");
        folder.Add("two\nlines.jpg");
        folder.Add("text.txt", new byte[2000]);
        var manifest = folder.Write("list", "photos/1.jpg", "", "photos/./1.jpg", "photos/none.jpg", "photos",
            "photos/text.txt", JsonSerializer.Serialize(new { path = "photos/two\nlines.jpg", session_id = "s2" }));

        var (exit, output) = await folder.RunAsync(manifest, "--project", folder.Project, "--session", "s1");

        Assert.True(exit == 2, output);
        Assert.Contains("Failed: photos/none.jpg: there is no such file", output);
        Assert.Contains("Failed: photos: a folder; push it by itself", output);
        Assert.Contains("Failed: photos/text.txt: neither a photo nor a sound", output);
        Assert.Contains("5 files: 2 uploaded, 3 failed, 1 skipped; ", output);
        Assert.Equal(["s1"], await folder.RowAsync("session_id", "1.jpg"));
        Assert.Equal(["s2"], await folder.RowAsync("session_id", "two_lines.jpg"));
        Assert.True(File.Exists($"{manifest}.push-{folder.Project}.jsonl"));
    }

    [Fact]
    public async Task A_file_that_changed_is_a_new_file()
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        folder.Add("a.jpg");
        await folder.PushAsync();
        folder.Add("a.jpg", PushedFolder.Photo("another picture"));

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("1 file: 1 uploaded; ", output);
        await folder.HasPhotosAsync(2);
    }

    private static async Task ShellAsync(string command)
    {
        using var shell = Process.Start("/bin/sh", ["-c", command]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
