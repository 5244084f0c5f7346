using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What Uppy's S3 plugin (6.3) does with <c>signRequest</c>, one request at a time.</summary>
internal static class UppyRequests
{
    public const string Route = "/api/v1/uppy/sign";

    private static readonly HttpClient Http = new();

    /// <returns>What the page hands to Uppy.</returns>
    public static async Task<JsonElement> SignAsync(this ApiClient client, object request)
    {
        var (status, signed) = await client.SendAsync(HttpMethod.Post, Route, request);
        Assert.True(status == HttpStatusCode.OK, $"{status} {signed}");
        return signed;
    }

    /// <summary>Sends the request with the headers that came with it, which replace the plugin's own.</summary>
    public static async Task<(HttpStatusCode Status, string ETag, string Body)> SendAsync(
        JsonElement signed, HttpMethod method, byte[]? body = null, string? type = null)
    {
        using var request = new HttpRequestMessage(method, signed.GetProperty("url").GetString());
        request.Content = body is null && type is null && method != HttpMethod.Post
            ? null
            : new ByteArrayContent(body ?? []);
        foreach (var header in signed.GetProperty("headers").EnumerateObject())
        {
            if (header.NameEquals("content-type"))
            {
                type ??= header.Value.GetString();
                continue;
            }

            request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
        }

        if (type is not null)
        {
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await Http.SendAsync(request);
        return (response.StatusCode, response.Headers.ETag?.Tag.Trim('"') ?? "",
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>POSTs the file as a form, its fields first.</summary>
    public static async Task<HttpStatusCode> PostFormAsync(JsonElement signed, byte[] file)
    {
        using var form = new MultipartFormDataContent();
        foreach (var field in signed.GetProperty("fields").EnumerateObject())
        {
            form.Add(new StringContent(field.Value.GetString()!), $"\"{field.Name}\"");
        }

        form.Add(new ByteArrayContent(file), "\"file\"", "\"blob\"");
        using var response = await Http.PostAsync(signed.GetProperty("url").GetString(), form);
        return response.StatusCode;
    }

    /// <summary>Asks as a browser does before it sends such a request from another origin.</summary>
    public static async Task<HttpStatusCode> PreflightAsync(JsonElement signed, HttpMethod method)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, signed.GetProperty("url").GetString());
        request.Headers.Add("Origin", "https://photos.example.com");
        request.Headers.Add("Access-Control-Request-Method", method.Method);
        using var response = await Http.SendAsync(request);
        return response.StatusCode;
    }

    /// <returns>The store's name of a multipart upload that was begun by such a URL.</returns>
    public static async Task<string> BeginAtStoreAsync(JsonElement signed)
    {
        var (status, _, body) = await SendAsync(signed, HttpMethod.Post);
        Assert.True(status == HttpStatusCode.OK, body);
        return body.Split("<UploadId>")[1].Split('<')[0];
    }
}
