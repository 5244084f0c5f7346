using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A photo of a project that asks for thumbnails, read by a function of the test's own.</summary>
internal sealed record ThumbnailStage(CloudFixture Cloud, ApiClient Client, string Project, StoredPhoto Photo)
    : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The library; skips the test where it is not to be had.</summary>
    public static string Library(CloudFixture cloud)
    {
        var path = cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_LIBVIPS"];
        Missing.SkipUnless(path is { Length: > 0 }, "npm, or its registry, which has libvips, is not there.");
        return path;
    }

    public static async Task<ThumbnailStage> NewAsync(
        CloudFixture cloud, byte[] bytes, string type, int[] sizes, object? policy = null)
    {
        Library(cloud);
        var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(policy ?? new { allowed_types = new[] { type } });
        var stage = new ThumbnailStage(
            cloud, client, project, await StoredPhoto.NewAsync(cloud, client, project, bytes, type));
        await stage.WantAsync(sizes);
        return stage;
    }

    /// <returns>The stage after its event.</returns>
    public static async Task<ThumbnailStage> ReadAsync(CloudFixture cloud, byte[] bytes, string type, params int[] sizes)
    {
        var stage = await NewAsync(cloud, bytes, type, sizes);
        await stage.ReadAsync();
        return stage;
    }

    public void Dispose() => Client.Dispose();

    public Task<object?[]> WantAsync(params int[] sizes) => Cloud.RowAsync(
        "update projects set thumbnail_sizes = $2 where id = $1", Guid.Parse(Project), sizes);

    public async Task ReadAsync(StoredPhoto? photo = null, params (string Name, string Value)[] changes)
    {
        await using var function = await LoneOnObjectCreated.StartAsync(Cloud, changes);
        var answer = await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", (photo ?? Photo).Event())));
        Assert.Empty(LoneOnObjectCreated.Failures(answer));
    }

    /// <summary>Puts another version in its place, of any size.</summary>
    public async Task ReplaceAsync(byte[] bytes, string sequencer)
    {
        await Cloud.RowAsync(
            "update photos set declared_size_bytes = $2 where id = $1", Photo.Id, bytes.LongLength);
        var etag = await Photo.PutAsync(Cloud, bytes);
        await ReadAsync(Photo with { Sequencer = sequencer, Size = bytes.Length, ETag = etag });
    }

    /// <returns>What the row has: status, key of the thumbnail, thumbnails.</returns>
    public async Task<(string Status, string? Key, JsonElement[] Thumbnails)> RowAsync()
    {
        var row = await Cloud.RowAsync(
            "select status, s3_key_thumbnail, thumbnails::text from photos where id = $1", Photo.Id);
        return ((string)row[0]!, (string?)row[1],
            row[2] is string json ? [.. JsonDocument.Parse(json).RootElement.EnumerateArray()] : []);
    }

    /// <summary>The pictures of the photo, in the order of the row.</summary>
    public async Task<(string Type, ThumbnailPixels Pixels, byte[] Bytes)[]> PicturesAsync()
    {
        var pictures = new List<(string, ThumbnailPixels, byte[])>();
        foreach (var thumbnail in (await RowAsync()).Thumbnails)
        {
            var bytes = await ObjectAsync(thumbnail.GetProperty("key").GetString()!);
            var type = thumbnail.GetProperty("mime_type").GetString()!;
            var pixels = ThumbnailPixels.Read(bytes, type);
            Assert.Equal((pixels.Width, pixels.Height),
                (thumbnail.GetProperty("width").GetInt32(), thumbnail.GetProperty("height").GetInt32()));
            pictures.Add((type, pixels, bytes));
        }

        return [.. pictures];
    }

    public async Task<byte[]> ObjectAsync(string key)
    {
        using var s3 = Cloud.S3();
        using var item = await s3.GetObjectAsync(Cloud.DerivedBucket, key, Stop);
        using var bytes = new MemoryStream();
        await item.ResponseStream.CopyToAsync(bytes, Stop);
        return bytes.ToArray();
    }

    /// <returns>The keys in the bucket of all that was made of the photo.</returns>
    public async Task<string[]> ObjectsAsync()
    {
        using var s3 = Cloud.S3();
        var listed = await s3.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request
        {
            BucketName = Cloud.DerivedBucket,
            Prefix = $"thumbnails/{Photo.Key}",
        }, Stop);
        return [.. (listed.S3Objects ?? []).Select(o => o.Key)];
    }
}
