using System.Net;

namespace PhotoLambda.Tests;

/// <summary>Files change under the reader's hands, and photos on the server.</summary>
public class PushChangeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("change")]
    [InlineData("change unseen")]
    [InlineData("shrink")]
    [InlineData("vanish")]
    public async Task A_file_that_changes_meanwhile_fails_alone(string how)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.Add("good.jpg");
        var place = folder.Add("bad.jpg");
        proxy.Before = async http =>
        {
            // Its hash is known by then, and no byte was sent.
            if (PushProxy.IsTickets(http) && (await PushProxy.BodyAsync(http)).Contains("bad.jpg"))
            {
                Spoil(place, how);
            }
        };

        var (exit, output) = await folder.PushAsync();

        Assert.True(exit == 2, output);
        Assert.Contains("Failed: bad.jpg: it changed while it was pushed: push it again", output);
        Assert.Contains("2 files: 1 uploaded, 1 failed; ", output);
        proxy.Before = _ => Task.CompletedTask;
        folder.Add("bad.jpg", PushedFolder.Photo("healed"));
        (exit, output) = await folder.PushAsync();
        Assert.True(exit == 0, output);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("expire")]
    public async Task A_photo_that_is_gone_is_made_anew(string how)
    {
        using var folder = await PushedFolder.NewAsync(cloud);
        await using var proxy = await PushProxy.StartAsync(cloud, folder);
        folder.Add("a.jpg");
        proxy.Fail(PushProxy.IsPut, int.MaxValue, http => PushProxy.Refuse(http, 400));
        Assert.Equal(2, (await folder.PushAsync()).Exit);
        var first = (Guid)(await folder.RowAsync("id", "a.jpg")).Single()!;
        if (how == "delete")
        {
            var (status, _) = await folder.Client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{first}");
            Assert.Equal(HttpStatusCode.NoContent, status);
        }
        else
        {
            await cloud.RowAsync("""
                update photos set status = 'failed', failed_at = now(), failure_reason = 'expired: no object came'
                where id = $1
                """, first);
        }

        proxy.Before = _ => Task.CompletedTask;
        var (exit, output) = await folder.PushAsync("--wait", "30s");

        Assert.True(exit == 0, output);
        Assert.NotEqual(first, folder.Receipt.GetProperty("files")[0].GetProperty("photo_id").GetGuid());
    }

    [Fact]
    public async Task What_the_server_does_not_accept_is_no_success()
    {
        using var folder = await PushedFolder.NewAsync(
            cloud, new { upload_urls_per_minute = 1000, max_pixels = 1_000_000 });
        folder.Add("good.jpg");
        var bomb = PushedFolder.Photo("a bomb");
        var frame = bomb.AsSpan().IndexOf([(byte)0xff, (byte)0xc0]);
        (bomb[frame + 5], bomb[frame + 7]) = (0x70, 0x70);
        folder.Add("bomb.jpg", bomb);

        foreach (var _ in new[] { "at once", "and later" })
        {
            var (exit, output) = await folder.PushAsync("--wait", "30s");

            Assert.True(exit == 2, output);
            Assert.Contains("Failed: bomb.jpg: the photo failed: ", output);
            Assert.Equal("uploaded", folder.Outcomes()["good.jpg"]);
        }

        Assert.Equal(0, (await folder.RunAsync(folder.Folder, "--project", folder.Project, "--dry-run")).Exit);
    }

    private static void Spoil(string place, string how)
    {
        var (bytes, modified) = (File.ReadAllBytes(place), File.GetLastWriteTimeUtc(place));
        switch (how)
        {
            case "vanish":
                File.Delete(place);
                return;
            case "shrink":
                File.WriteAllBytes(place, bytes[..^10]);
                return;
            default:
                bytes[100] ^= 1;
                File.WriteAllBytes(place, bytes);
                File.SetLastWriteTimeUtc(place, how == "change" ? modified.AddSeconds(1) : modified);
                return;
        }
    }
}
