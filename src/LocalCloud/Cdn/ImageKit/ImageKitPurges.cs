using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local.Cdn;

/// <summary><c>POST /v1/files/purge</c> and what came of it. There is no cache here: a purge is only counted.</summary>
internal sealed class ImageKitPurges(PublicUrls urls)
{
    private const int MaximumBody = 64 * 1_024;

    private readonly ConcurrentDictionary<string, string> _byId = new(StringComparer.Ordinal);

    /// <summary>The URLs purged since the local cloud started, and how often each was.</summary>
    public IEnumerable<(string Url, int Times)> All =>
        _byId.Values.CountBy(url => url).Select(u => (u.Key, u.Value)).OrderBy(u => u.Key, StringComparer.Ordinal);

    /// <exception cref="ImageKitError">The body is not valid.</exception>
    public async Task<ImageKitAnswer> PurgeAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = await PayloadLimits.ReadAsync(request, MaximumBody, cancellation)
            ?? throw ImageKitError.Invalid($"The body may have {MaximumBody} bytes and has more.");
        var url = Url(body);
        Check(url);
        var id = RandomNumberGenerator.GetHexString(24, lowercase: true);
        _byId[id] = url;
        return ImageKitAnswer.Object(201, json => json.WriteString("requestId", id));
    }

    /// <exception cref="ImageKitError">There was no such request.</exception>
    public ImageKitAnswer Status(string requestId) => _byId.ContainsKey(requestId)
        ? ImageKitAnswer.Object(200, json => json.WriteString("status", "Completed"))
        : throw new ImageKitError(404, $"There was no purge request '{requestId}'.");

    /// <remarks>
    /// "Purge cache" API: a wildcard stands at the end alone, after two levels of folders, after 15 characters, or
    /// after a file's whole path with its extension.
    /// </remarks>
    private void Check(string url)
    {
        var path = urls.PathOf(url) ?? throw ImageKitError.Field("url", "must be that of a file here", url);
        var star = path.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return;
        }

        var levels = path[..star].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (star != path.Length - 1 || (levels.Length < 2 && star < 15 && !Path.HasExtension(path[..star])))
        {
            throw ImageKitError.Field(
                "url", "may have a wildcard at its end, after two levels, 15 characters or an extension", url);
        }
    }

    private static string Url(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String
                && url.GetString() is { Length: > 0 } text
                    ? text
                    : throw ImageKitError.Invalid("url is missing, or is not text.");
        }
        catch (JsonException e)
        {
            throw ImageKitError.Invalid($"The body is not JSON: {e.Message}");
        }
    }
}
