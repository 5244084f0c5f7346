using System.Text.Json;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>The real plugin, run by Node with a stand-in for the browser's XMLHttpRequest.</summary>
public sealed class UppyPluginTests(CloudFixture cloud) : IDisposable
{
    private const string Packages = "@uppy/core@6.3.1 @uppy/aws-s3@6.3.1";

    private static readonly string Script = Path.Combine(Repository.Root, "tests", "UploadUrl", "Uppy", "upload.mjs");

    private readonly string _folder = TemporaryFolder.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => TemporaryFolder.Delete(_folder);

    [Fact]
    public async Task Uppy_uploads_by_PUT_by_form_and_in_parts()
    {
        await InstallAsync();
        using var client = await cloud.NewOrganizationAsync();
        var small = ImageBuilder.Jpeg(length: 4096);

        await UploadAsync(client, small, "sized", "PUT");
        await UploadAsync(client, small, "unsized", "PUT");
        await UploadAsync(client, PartedUploads.Whole, "sized",
            "POST", "PUT upload1", "PUT upload2", "PUT upload3", "POST upload");
    }

    private async Task UploadAsync(ApiClient client, byte[] bytes, string sized, params string[] methods)
    {
        var file = Path.Combine(_folder, "photo.jpg");
        await File.WriteAllBytesAsync(file, bytes, Cancel);
        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        var node = await Command.RunAsync(_folder,
            ["node", "upload.mjs", cloud.Cloud.Api.AbsoluteUri, token, await client.NewProjectAsync(), file, sized],
            Cancel);
        Assert.True(node.Succeeded, node.Output);
        var result = JsonDocument.Parse(node.Output[node.Output.IndexOf('{')..]).RootElement;

        Assert.Equal("[]", result.GetProperty("failed").GetRawText());
        Assert.Equal(methods, result.GetProperty("methods").EnumerateArray().Select(m => m.GetString()));
        var photo = await client.UntilAsync(result, "uploaded", "processing");
        Assert.EndsWith(result.GetProperty("key").GetString()!, photo.GetProperty("s3_url").GetString());
        Assert.Equal(bytes.Length, photo.GetProperty("file_size").GetInt32());
    }

    private async Task InstallAsync()
    {
        var npm = await Command.RunAsync(_folder,
            [
                "npm", "install", "--prefix", _folder, "--ignore-scripts", "--no-audit", "--no-fund",
                "--loglevel=error", "--fetch-retries=0", "--fetch-timeout=10000", .. Packages.Split(' '),
            ], Cancel);
        Missing.SkipUnless(npm.Succeeded, "npm, or its registry, is not there: " + npm.Output);
        File.Copy(Script, Path.Combine(_folder, "upload.mjs"));
    }
}
