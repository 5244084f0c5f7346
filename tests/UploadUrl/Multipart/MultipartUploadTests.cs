using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using static PhotoLambda.Tests.PartedUploads;

namespace PhotoLambda.Tests;

/// <summary>Large files go to the store part by part, and become photos as all others do.</summary>
[AnyFlavor]
public class MultipartUploadTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_file_in_parts_becomes_a_photo()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        Assert.Equal(
            (PartSize, 2), (upload.GetProperty("part_size").GetInt32(), upload.GetProperty("parts").GetInt32()));
        Assert.Equal(86400, upload.GetProperty("expires_in_seconds").GetInt32());
        var parts = await client.UploadPartsAsync(upload);

        var (_, list) = await client.SendAsync(HttpMethod.Get, Of(upload, "/parts"));
        var (status, completed) = await client.CompleteAsync(upload, parts);

        Assert.Equal([PartSize, Whole.Length - PartSize],
            list.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("size").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(upload.GetProperty("s3_url").GetString(), completed.GetProperty("s3_url").GetString());
        Assert.EndsWith("-2", completed.GetProperty("etag").GetString());
        var photo = await client.UntilAsync(upload, "uploaded", "processing");
        Assert.Equal(
            (Whole.Length, 320), (photo.GetProperty("file_size").GetInt32(), photo.GetProperty("width").GetInt32()));
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(1, +1)]
    [InlineData(2, -1)]
    [InlineData(2, +1)]
    public async Task The_store_refuses_a_part_of_another_length(int number, int more)
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        var url = (await client.UrlsAsync(upload, [number])).Single();
        var (status, _) = await PutAsync(url, new byte[Part(number).Length + more]);
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task Parts_with_a_checksum_are_held_to_it()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync(partChecksum: "sha256");
        string[] sha256 = [Hash(1), Hash(2)];
        var damaged = Part(1);
        damaged[^1] ^= 1;
        var (refused, _) = await PutAsync((await client.UrlsAsync(upload, [1], sha256[..1])).Single(), damaged);

        var (status, _) = await client.CompleteAsync(upload, await client.UploadPartsAsync(upload, sha256));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused, status));
        await client.UntilAsync(upload, "uploaded", "processing");
    }

    [Theory]
    [InlineData("sha256", false)]
    [InlineData(null, true)]
    public async Task Checksums_come_with_all_parts_or_with_none(string? partChecksum, bool withHash)
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync(partChecksum);
        var (status, problem) = await client.SendAsync(HttpMethod.Post, Of(upload, "/parts"),
            new { part_numbers = Enumerable.Range(1, 1), sha256 = withHash ? new[] { Hash(1) } : [] });
        Assert.Equal((HttpStatusCode.BadRequest, "sha256"), (status, Field(problem)));
    }

    [Fact]
    public async Task A_completion_that_comes_again_gets_the_same_answer()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        var parts = await client.UploadPartsAsync(upload);

        var first = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.CompleteAsync(upload, parts)));
        await client.UntilAsync(upload, "uploaded", "processing");
        var (status, later) = await client.CompleteAsync(upload, parts);

        Assert.All(first, f => Assert.Equal(HttpStatusCode.OK, f.Status));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(later.GetRawText(), Assert.Single(first.Select(f => f.Body.GetRawText()).Distinct()));
    }

    [Fact]
    public async Task A_list_of_parts_that_does_not_fit_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        var parts = await client.UploadPartsAsync(upload);
        var other = new { part_number = 2, etag = "0123456789abcdef0123456789abcdef" };

        foreach (var (list, found) in new (object[], string)[]
        {
            (parts[..1], "without part 2"),
            ([parts[0], parts[1], parts[1]], "a list of 3"),
            ([parts[0], other], "part 2, of another ETag, or not uploaded"),
        })
        {
            var (status, problem) = await client.CompleteAsync(upload, list);
            Assert.Equal((HttpStatusCode.BadRequest, "parts"), (status, Field(problem)));
            Assert.Contains(found, problem.GetProperty("errors")[0].GetProperty("value").GetString());
        }

        var (completed, _) = await client.CompleteAsync(upload, [parts[1], parts[0]]);
        Assert.Equal(HttpStatusCode.OK, completed);
    }

    [Theory]
    [InlineData(1024, "part 1, shorter than 5 MiB")]
    [InlineData(6 * 1024 * 1024, "not of the declared length in all")]
    public async Task A_part_that_came_another_way_spoils_the_whole(int length, string found)
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        var parts = await client.UploadPartsAsync(upload);
        var row = await RowAsync(upload);
        using var s3 = cloud.S3();
        var part = await s3.UploadPartAsync(new()
        {
            BucketName = cloud.Bucket,
            Key = row.Key,
            UploadId = row.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream(new byte[length]),
        }, TestContext.Current.CancellationToken);

        var (status, problem) = await client.CompleteAsync(
            upload, [new { part_number = 1, etag = part.ETag }, parts[1]]);

        Assert.Equal((HttpStatusCode.BadRequest, "parts"), (status, Field(problem)));
        Assert.Contains(found, problem.GetProperty("errors")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Numbers_beyond_the_last_part_get_no_url()
    {
        using var client = await cloud.NewOrganizationAsync();
        var upload = await client.BeginAsync();
        foreach (var numbers in new int[][] { [3], [], [0], [1, 1], [.. Enumerable.Range(1, 101)] })
        {
            var (status, problem) = await client.SendAsync(
                HttpMethod.Post, Of(upload, "/parts"), new { part_numbers = numbers });
            Assert.Equal((HttpStatusCode.BadRequest, "part_numbers"), (status, Field(problem)));
        }
    }

    [Fact]
    public async Task The_list_of_parts_has_pages()
    {
        using var client = await cloud.NewOrganizationAsync();
        var size = 2L * 1024 * 1024 * 1024;
        var project = await client.NewProjectAsync();
        await cloud.RowAsync("update projects set max_multipart_bytes = $2 where id = $1", Guid.Parse(project), size);
        var upload = await client.BeginAsync(project, size);
        Assert.Equal(256, upload.GetProperty("parts").GetInt32());
        var row = await RowAsync(upload);
        using var s3 = cloud.S3();
        foreach (var number in Enumerable.Range(1, 101))
        {
            await s3.UploadPartAsync(new()
            {
                BucketName = cloud.Bucket,
                Key = row.Key,
                UploadId = row.UploadId,
                PartNumber = number,
                InputStream = new MemoryStream([(byte)number]),
            }, TestContext.Current.CancellationToken);
        }

        var (_, first) = await client.SendAsync(HttpMethod.Get, Of(upload, "/parts"));
        var cursor = first.GetProperty("next_cursor").GetString();
        var (_, second) = await client.SendAsync(HttpMethod.Get, Of(upload, $"/parts?cursor={cursor}"));
        var (bad, _) = await client.SendAsync(HttpMethod.Get, Of(upload, "/parts?cursor=x"));

        Assert.Equal(
            (100, 1), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength()));
        Assert.Equal(101, second.GetProperty("items")[0].GetProperty("part_number").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        Assert.Equal(HttpStatusCode.BadRequest, bad);
    }

    private static string Hash(int part) => Convert.ToHexStringLower(SHA256.HashData(Part(part)));

    private static string? Field(JsonElement problem) =>
        problem.GetProperty("errors")[0].GetProperty("field").GetString();

    private async Task<(string Key, string UploadId)> RowAsync(JsonElement upload)
    {
        var row = await cloud.RowAsync("select s3_key_original, s3_upload_id from photos where id = $1",
            upload.GetProperty("photo_id").GetGuid());
        return ((string)row[0]!, (string)row[1]!);
    }
}
