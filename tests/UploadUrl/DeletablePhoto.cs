using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A photo in the bucket of the fixture, by its own ticket.</summary>
internal sealed record DeletablePhoto(CloudFixture Cloud, JsonElement Ticket, byte[] Bytes)
{
    public Guid Id => Ticket.GetProperty("photo_id").GetGuid();

    public string Path => $"/api/v1/photos/{Id}";

    public string Key => Ticket.GetProperty("s3_url").GetString()!.Split('/', 4)[3];

    public static async Task<DeletablePhoto> PendingAsync(CloudFixture cloud, ApiClient client, string? project = null)
    {
        var bytes = ImageBuilder.Jpeg(64, 48, ExifBuilder.Camera(orientation: 1), length: 4096);
        var ticket = await client.NewTicketAsync(project ?? await client.NewProjectAsync(), bytes);
        return new DeletablePhoto(cloud, ticket, bytes);
    }

    /// <summary>Uploaded, and its job in the queue.</summary>
    public static async Task<DeletablePhoto> UploadAsync(CloudFixture cloud, ApiClient client)
    {
        var photo = await PendingAsync(cloud, client);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(photo.Ticket, photo.Bytes));
        await client.UntilAsync(photo.Ticket, "processing");
        return photo;
    }

    public async Task<HttpStatusCode> DeleteAsync(ApiClient client) =>
        (await client.SendAsync(HttpMethod.Delete, Path)).Status;

    public async Task PutAsync(string suffix)
    {
        using var s3 = Cloud.S3();
        await s3.PutObjectAsync(new() { BucketName = Cloud.Bucket, Key = $"{Key}.{suffix}", ContentBody = "x" });
    }

    public async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        using var s3 = Cloud.S3();
        var list = await s3.ListObjectsV2Async(new() { BucketName = Cloud.Bucket, Prefix = Key });
        return [.. (list.S3Objects ?? []).Select(o => o.Key)];
    }

    /// <summary>Makes the deletion due, fires the schedule, and waits for the end of it.</summary>
    public async Task SweepAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var http = new HttpClient { BaseAddress = Cloud.Cloud.Api };
        await Cloud.RowAsync("update deletions set due_at = now() where photo_id = $1", Id);
        using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, limit.Token);
        Assert.Equal(HttpStatusCode.Accepted, fired.StatusCode);
        while ((await Cloud.RowAsync("select finished_at from deletions where photo_id = $1", Id)) is [null])
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
