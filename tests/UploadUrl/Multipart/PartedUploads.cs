using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Uploads in parts as a client makes them.</summary>
internal static class PartedUploads
{
    public const string Route = "/api/v1/photos/multipart";
    public const int PartSize = 8 * 1024 * 1024;

    /// <summary>A file of one whole part and a half.</summary>
    public static byte[] Whole { get; } = ImageBuilder.Jpeg(width: 320, height: 240, length: 12 * 1024 * 1024);

    private static readonly HttpClient Http = new();

    public static object Request(string project, long size, string? partChecksum = null) => new
    {
        project_id = project,
        file_name = "panorama.jpg",
        file_size = size,
        mime_type = "image/jpeg",
        part_checksum = partChecksum,
    };

    public static async Task<JsonElement> BeginAsync(
        this ApiClient client, string project, long size, string? partChecksum = null)
    {
        var (status, upload) = await client.SendAsync(HttpMethod.Post, Route, Request(project, size, partChecksum));
        Assert.Equal(HttpStatusCode.OK, status);
        return upload;
    }

    /// <summary>Begins an upload of <see cref="Whole"/> in a project of its own.</summary>
    public static async Task<JsonElement> BeginAsync(this ApiClient client, string? partChecksum = null) =>
        await client.BeginAsync(await client.NewProjectAsync(), Whole.Length, partChecksum);

    public static string Of(JsonElement upload, string what = "") =>
        $"{Route}/{upload.GetProperty("photo_id").GetString()}{what}";

    public static async Task<JsonElement[]> UrlsAsync(
        this ApiClient client, JsonElement upload, int[] numbers, string[]? sha256 = null)
    {
        var (status, urls) = await client.SendAsync(
            HttpMethod.Post, Of(upload, "/parts"), new { part_numbers = numbers, sha256 });
        Assert.Equal(HttpStatusCode.OK, status);
        return [.. urls.GetProperty("items").EnumerateArray()];
    }

    public static byte[] Part(int number) =>
        Whole[((number - 1) * PartSize)..Math.Min(number * PartSize, Whole.Length)];

    /// <summary>PUTs as the URL says; HttpClient sends the length by itself.</summary>
    public static async Task<(HttpStatusCode Status, string ETag)> PutAsync(JsonElement url, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url.GetProperty("upload_url").GetString());
        request.Content = new ByteArrayContent(bytes);
        foreach (var header in url.GetProperty("headers").EnumerateObject().Where(h => !h.NameEquals("Content-Length")))
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
        }

        using var response = await Http.SendAsync(request);
        return (response.StatusCode, response.Headers.ETag?.Tag ?? "");
    }

    /// <returns>What the completion wants.</returns>
    public static async Task<object[]> UploadPartsAsync(
        this ApiClient client, JsonElement upload, string[]? sha256 = null)
    {
        var parts = new List<object>();
        foreach (var url in await client.UrlsAsync(upload, [1, 2], sha256))
        {
            var number = url.GetProperty("part_number").GetInt32();
            var (status, etag) = await PutAsync(url, Part(number));
            Assert.Equal(HttpStatusCode.OK, status);
            var length = url.GetProperty("headers").GetProperty("Content-Length").GetString()!;
            Assert.Equal(Part(number).Length, int.Parse(length, CultureInfo.InvariantCulture));
            parts.Add(new { part_number = number, etag });
        }

        return [.. parts];
    }

    public static Task<(HttpStatusCode Status, JsonElement Body)> CompleteAsync(
        this ApiClient client, JsonElement upload, params object[] parts) =>
        client.SendAsync(HttpMethod.Post, Of(upload, "/complete"), new { parts });
}
