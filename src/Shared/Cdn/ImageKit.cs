using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PhotoLambda.Photos;

namespace PhotoLambda.Cdn;

/// <summary>ImageKit: it fetches an object by its presigned URL, or gets the bytes, and keeps a copy.</summary>
/// <seealso href="https://imagekit.io/docs/api-reference/upload-file/upload-file"/>
/// <param name="store">Reads objects where ImageKit cannot; keeps no bodies.</param>
internal sealed class ImageKit(ImageKitOptions options, HttpClient http, HttpClient store, TimeProvider time)
    : ICdnPublisher
{
    // ImageKit itself waits 8 s for the first byte of a URL, and then has the file to take in.
    private static readonly TimeSpan UploadLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly CdnCalls _calls = new(http, "ImageKit", time);

    // The key is the user of Basic authentication, without a password.
    private readonly AuthenticationHeaderValue _authorization =
        new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(options.PrivateKey + ":")));

    public string Provider => "imagekit";

    public bool CopiesContent => true;

    public async Task<CdnFile> PublishAsync(
        CdnObject source, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var answer = await UploadAsync(
            source, _ => Task.FromResult<HttpContent>(new StringContent(source.DownloadUrl.AbsoluteUri)), deadline,
            cancellation);
        if (answer.Status == HttpStatusCode.BadRequest)
        {
            // It cannot fetch the URL: the store is on nobody's but this network, or was too slow. Or it is another
            // fault, and then says so again.
            answer = await UploadAsync(source, token => OpenAsync(source.DownloadUrl, token), deadline, cancellation);
        }

        return answer.IsSuccess ? FileOf(answer) : throw answer.Refusal("ImageKit", "the upload");
    }

    public async Task RemoveAsync(CdnAsset asset, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var isGone = asset.FileId is not null && await DeleteAsync(asset.FileId, deadline, cancellation);
        var urls = new List<string>();
        if (asset.Url is not null)
        {
            urls.Add(asset.Url);
        }

        if (!isGone)
        {
            // An upload whose answer was lost, or one that came later than the one that is known.
            foreach (var file in await FindAsync(asset.Id, deadline, cancellation))
            {
                await DeleteAsync(file.Id, deadline, cancellation);
                urls.Add(file.Url);
            }
        }

        foreach (var url in urls.Distinct())
        {
            await PurgeAsync(url, deadline, cancellation);
        }
    }

    // The name is the asset's alone, and the same each time: an upload that is repeated replaces itself.
    private static string NameOf(Guid asset) => $"{asset:N}";

    private static string NameOf(CdnObject source) => source.ContentType is { } type
        && MimeTypes.Accepted.Contains(type)
        ? $"{NameOf(source.AssetId)}.{MimeTypes.Extension(type)}"
        : NameOf(source.AssetId);

    private Task<CdnAnswer> UploadAsync(
        CdnObject source, Func<CancellationToken, Task<HttpContent>> file, DateTimeOffset deadline,
        CancellationToken cancellation) =>
        _calls.SendAsync(
            async token =>
            {
                var (name, content) = (NameOf(source), await file(token));
                var form = new MultipartFormDataContent();
                if (content is StringContent)
                {
                    form.Add(content, "file");
                }
                else
                {
                    form.Add(content, "file", name);
                }

                form.Add(new StringContent(name), "fileName");
                form.Add(new StringContent(options.Folder), "folder");
                form.Add(new StringContent("false"), "useUniqueFileName");
                form.Add(new StringContent("true"), "overwriteFile");
                if (options.Transformation.Length > 0)
                {
                    form.Add(new StringContent(Transformation()), "transformation");
                }

                return Request(HttpMethod.Post, options.UploadUrl, form);
            },
            "the upload", UploadLimit, deadline, cancellation);

    private string Transformation()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("pre", options.Transformation);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <returns>The object as it comes: no more of it is in memory than <see cref="StoredContent.BufferBytes"/>.
    /// </returns>
    private async Task<HttpContent> OpenAsync(Uri url, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await store.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new CdnSourceException("The store cannot be reached.", e);
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            return new StoredContent(response);
        }

        response.Dispose();
        throw response.StatusCode == HttpStatusCode.NotFound
            ? new CdnException(CdnException.StoreGone)
            : new CdnSourceException($"The store answered {(int)response.StatusCode}.");
    }

    private static CdnFile FileOf(CdnAnswer answer)
    {
        using var json = answer.Json() ?? throw answer.Refusal("ImageKit", "the upload");
        var (id, url) = (Text(json.RootElement, "fileId"u8), Text(json.RootElement, "url"u8));
        if (id is null || url is null)
        {
            throw new CdnException(
                $"ImageKit answered {(int)answer.Status} to the upload without {(id is null ? "a fileId" : "a url")}");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new CdnFile(id, url)
            : throw new CdnException("ImageKit answered the upload with a url that is none");
    }

    /// <returns>False where it was not there.</returns>
    private async Task<bool> DeleteAsync(string fileId, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var url = new Uri(options.ApiUrl, $"{ApiPath}/{Uri.EscapeDataString(fileId)}");
        var answer = await CallAsync(() => Request(HttpMethod.Delete, url), "the deletion", deadline, cancellation);
        return answer.IsSuccess || (answer.Status == HttpStatusCode.NotFound
            ? false
            : throw answer.Refusal("ImageKit", "the deletion"));
    }

    private async Task<IReadOnlyList<CdnFile>> FindAsync(
        Guid asset, DateTimeOffset deadline, CancellationToken cancellation)
    {
        // By the beginning of the name: whether it had an extension is not known any more.
        var query = $"path={Uri.EscapeDataString(options.Folder)}"
            + $"&searchQuery={Uri.EscapeDataString($"name : \"{NameOf(asset)}\"")}";
        var url = new Uri(options.ApiUrl, $"{ApiPath}?{query}");
        var answer = await CallAsync(() => Request(HttpMethod.Get, url), "the search", deadline, cancellation);
        using var json = answer.IsSuccess ? answer.Json() : null;
        if (json is not { RootElement.ValueKind: JsonValueKind.Array })
        {
            throw answer.Refusal("ImageKit", "the search");
        }

        return
        [
            .. from file in json.RootElement.EnumerateArray()
               let name = Text(file, "name"u8)
               let id = Text(file, "fileId"u8)
               let address = Text(file, "url"u8)
               where id is not null && address is not null
                   && name?.StartsWith(NameOf(asset), StringComparison.Ordinal) == true
               select new CdnFile(id, address),
        ];
    }

    private async Task PurgeAsync(string url, DateTimeOffset deadline, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("url", url);
            json.WriteEndObject();
        }

        var answer = await CallAsync(
            () =>
            {
                var content = new ByteArrayContent(buffer.ToArray());
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                return Request(HttpMethod.Post, new Uri(options.ApiUrl, $"{ApiPath}/purge"), content);
            },
            "the purge", deadline, cancellation);
        if (!answer.IsSuccess)
        {
            throw answer.Refusal("ImageKit", "the purge");
        }
    }

    // Below whatever path the API's own URL has.
    private string ApiPath => $"{options.ApiUrl.AbsolutePath.TrimEnd('/')}/v1/files";

    private Task<CdnAnswer> CallAsync(
        Func<HttpRequestMessage> make, string what, DateTimeOffset deadline, CancellationToken cancellation) =>
        _calls.SendAsync(_ => Task.FromResult(make()), what, Limit, deadline, cancellation);

    private HttpRequestMessage Request(HttpMethod method, Uri url, HttpContent? content = null) =>
        new(method, url) { Content = content, Headers = { Authorization = _authorization } };

    private static string? Text(JsonElement item, ReadOnlySpan<byte> name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
