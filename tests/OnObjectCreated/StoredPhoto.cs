using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A photo whose object is in the store and whose row waits: no event has been sent for it yet.</summary>
internal sealed record StoredPhoto(Guid Id, string Bucket, string Key, string ETag)
{
    public string Sequencer { get; init; } = "0055AED6DCD90281E5";

    public long Size { get; init; } = 4096;

    public string? VersionId { get; init; }

    public static async Task<StoredPhoto> NewAsync(CloudFixture cloud, byte[] bytes, string type = "image/jpeg")
    {
        using var client = await cloud.NewOrganizationAsync();
        return await NewAsync(cloud, client, await client.NewProjectAsync(), bytes, type);
    }

    public static async Task<StoredPhoto> NewAsync(
        CloudFixture cloud, ApiClient client, string project, byte[] bytes, string type = "image/jpeg")
    {
        var ticket = await client.NewTicketAsync(project, bytes, type);
        var id = ticket.GetProperty("photo_id").GetGuid();
        // The row is moved to a bucket without notifications: the only events are the test's own.
        var photo = new StoredPhoto(id, CloudFixture.QuietBucket, $"a folder/{id}", "") { Size = bytes.Length };
        await cloud.RowAsync(
            "update photos set s3_bucket = $2, s3_key_original = $3 where id = $1", id, photo.Bucket, photo.Key);
        return photo with { ETag = await photo.PutAsync(cloud, bytes, type) };
    }

    public string Event(string name = "ObjectCreated:Put", string version = "2.1") => JsonSerializer.Serialize(new
    {
        Records = new[]
        {
            new
            {
                eventVersion = version,
                eventSource = "aws:s3",
                awsRegion = "us-east-1",
                eventTime = "2026-01-01T00:00:00.000Z",
                eventName = name,
                s3 = new
                {
                    bucket = new { name = Bucket },
                    @object = new
                    {
                        key = WebUtility.UrlEncode(Key),
                        size = Size,
                        eTag = ETag,
                        sequencer = Sequencer,
                        versionId = VersionId,
                    },
                },
            },
        },
    });

    /// <param name="sha256">Base64, for the store to check and to keep.</param>
    /// <returns>The ETag.</returns>
    public async Task<string> PutAsync(
        CloudFixture cloud, byte[] bytes, string type = "image/jpeg", string? sha256 = null)
    {
        using var s3 = cloud.S3();
        var put = await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = Bucket,
            Key = Key,
            ContentType = type,
            InputStream = new MemoryStream(bytes),
            ChecksumSHA256 = sha256,
        });
        return put.ETag.Trim('"');
    }

    public async Task DeleteAsync(CloudFixture cloud)
    {
        using var s3 = cloud.S3();
        await s3.DeleteObjectAsync(Bucket, Key);
    }

    public async Task<object?> StatusAsync(CloudFixture cloud) =>
        (await cloud.RowAsync("select status from photos where id = $1", Id)).Single();
}
