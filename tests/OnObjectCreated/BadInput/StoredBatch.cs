using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Photos of one project as <see cref="StoredPhoto"/> has them, whose events come in one batch.</summary>
internal sealed record StoredBatch(ApiClient Client, StoredPhoto[] Photos)
{
    private const int TicketsAtOnce = 100, LeastBytes = 1024;

    /// <summary>All that can be done with a file.</summary>
    public static readonly Dictionary<string, object> AllPolicies = new()
    {
        ["keep_all_tags"] = true,
        ["scrub_gps"] = true,
        ["hash_image_data"] = true,
        ["gps"] = "coarsen",
    };

    /// <summary>One message for each.</summary>
    public string Messages => LoneOnObjectCreated.Messages([.. Photos.Select(p => ($"{p.Id}", p.Event()))]);

    /// <param name="policy">Members that do not depend on the files.</param>
    /// <param name="files">And the types that they are declared as.</param>
    public static async Task<StoredBatch> NewAsync(
        CloudFixture cloud, ApiClient client, Dictionary<string, object>? policy,
        params (byte[] Bytes, string Type)[] files)
    {
        var project = await client.NewProjectAsync(new Dictionary<string, object>(policy ?? [])
        {
            ["allowed_types"] = files.Select(f => f.Type).Distinct(),
            ["upload_urls_per_minute"] = 100_000,
        });
        var ids = new List<Guid>();
        foreach (var some in files.Chunk(TicketsAtOnce))
        {
            var items = some.Select(f => ApiRequests.TicketRequest(project, f.Type, f.Bytes.Length));
            var answer = await client.PostAsync("/api/v1/photos/upload-urls", new { items });
            Assert.All(answer.Items, i => Assert.True(i.GetProperty("status").GetInt32() == 200, $"{i}"));
            ids.AddRange(answer.Items.Select(i => i.GetProperty("photo_id").GetGuid()));
        }

        // Before there is an object: none of these has an event but the test's.
        await cloud.RowAsync(
            "update photos set s3_bucket = $2, s3_key_original = 'a folder/' || id where project_id = $1",
            Guid.Parse(project), CloudFixture.QuietBucket);
        var photos = files.Zip(ids, (file, id) => PutAsync(cloud, id, file));
        return new StoredBatch(client, await Task.WhenAll(photos));
    }

    /// <summary>No ticket is for less than a kilobyte.</summary>
    public static byte[] Padded(byte[] file) => [.. file, .. new byte[Math.Max(0, LeastBytes - file.Length)]];

    /// <returns>What the API tells of each, as its text.</returns>
    public Task<JsonElement[]> AnswersAsync() => Task.WhenAll(Photos.Select(async photo =>
    {
        var (status, answer) = await Client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{photo.Id}");
        Assert.Equal(HttpStatusCode.OK, status);
        return answer;
    }));

    private static async Task<StoredPhoto> PutAsync(CloudFixture cloud, Guid id, (byte[] Bytes, string Type) file)
    {
        var photo = new StoredPhoto(id, CloudFixture.QuietBucket, $"a folder/{id}", "") { Size = file.Bytes.Length };
        return photo with { ETag = await photo.PutAsync(cloud, file.Bytes, file.Type) };
    }
}

internal static class PhotoAnswers
{
    public static string? Text(this JsonElement photo, string member) => photo.GetProperty(member).GetString();

    /// <summary>Status and reason. Of what was taken, it is not looked at whether its job has left already.</summary>
    public static string Outcome(this JsonElement photo)
    {
        var status = photo.Text("status");
        return $"{(status == "processing" ? "uploaded" : status)} {photo.Text("failure_reason")}".TrimEnd();
    }

    public static string Codes(this JsonElement photo) => string.Join(' ',
        photo.GetProperty("metadata_errors").EnumerateArray().Select(e => $"{e.Text("field")}:{e.Text("code")}"));

    /// <summary>How many jobs there are for photos that failed, and for those that did not.</summary>
    public static async Task<(long OfFailed, long OfOthers)> JobsAsync(this CloudFixture cloud, ApiClient client)
    {
        var row = await cloud.RowAsync(
            """
            select count(*) filter (where p.status = 'failed'), count(*) filter (where p.status <> 'failed')
            from outbox o join photos p on p.id = o.photo_id where p.organization_id = $1
            """, client.Organization);
        return ((long)row[0]!, (long)row[1]!);
    }
}
