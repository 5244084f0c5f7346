using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A photo whose object is in the store and whose row waits: no event has been sent for it yet.</summary>
internal sealed record StoredPhoto(Guid Id, string Bucket, string Key, string ETag)
{
    public string Sequencer { get; init; } = "0055AED6DCD90281E5";

    public static async Task<StoredPhoto> NewAsync(CloudFixture cloud, byte[] bytes, string type = "image/jpeg")
    {
        using var client = await cloud.NewOrganizationAsync();
        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes, type);
        var id = ticket.GetProperty("photo_id").GetGuid();
        // The row is moved to a bucket without notifications: the only events are the test's own.
        var key = $"a folder/{id}";
        using var s3 = cloud.S3();
        var put = await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = CloudFixture.QuietBucket,
            Key = key,
            ContentType = type,
            InputStream = new MemoryStream(bytes),
        });
        await cloud.RowAsync(
            "update photos set s3_bucket = $2, s3_key_original = $3 where id = $1", id, CloudFixture.QuietBucket, key);
        return new StoredPhoto(id, CloudFixture.QuietBucket, key, put.ETag.Trim('"'));
    }

    public string Event(string name = "ObjectCreated:Put") => JsonSerializer.Serialize(new
    {
        Records = new[]
        {
            new
            {
                eventVersion = "2.1",
                eventSource = "aws:s3",
                awsRegion = "us-east-1",
                eventTime = "2026-01-01T00:00:00.000Z",
                eventName = name,
                s3 = new
                {
                    bucket = new { name = Bucket },
                    @object = new { key = Key.Replace(' ', '+'), size = 4096, eTag = ETag, sequencer = Sequencer },
                },
            },
        },
    });

    public async Task<object?> StatusAsync(CloudFixture cloud) =>
        (await cloud.RowAsync("select status from photos where id = $1", Id)).Single();
}
