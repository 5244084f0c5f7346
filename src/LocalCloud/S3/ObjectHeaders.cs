using System.Text;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.S3;

/// <summary>The headers that are kept with an object, and their way back.</summary>
internal static class ObjectHeaders
{
    public const string Tagging = "x-amz-tagging";
    public const string DefaultContentType = "binary/octet-stream";

    private const string MetadataPrefix = "x-amz-meta-";
    private const int MaximumMetadata = 2048;

    private static readonly HashSet<string> Kept =
    [
        "content-type", "content-disposition", "content-encoding", "content-language", "cache-control", "expires",
        "x-amz-website-redirect-location", "x-amz-storage-class", Tagging,
    ];

    /// <param name="fields">Headers of a request or fields of a form.</param>
    /// <exception cref="S3Exception">More than 2 KB of metadata, or encryption with the client's own key.</exception>
    public static IReadOnlyDictionary<string, string> From(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var headers = new Dictionary<string, string>();
        foreach (var (name, value) in fields.Select(f => (f.Key.ToLowerInvariant(), f.Value)))
        {
            if (name.StartsWith("x-amz-server-side-encryption-customer-", StringComparison.Ordinal))
            {
                throw S3Error.NotImplemented(name);
            }

            if (Kept.Contains(name) || name.StartsWith(MetadataPrefix, StringComparison.Ordinal))
            {
                headers[name] = name == "content-encoding" ? WithoutChunking(value) : value;
            }
        }

        headers.TryAdd("content-type", DefaultContentType);
        if (headers.GetValueOrDefault("content-encoding") is "")
        {
            headers.Remove("content-encoding");
        }

        var size = MetadataSize(headers);
        return size <= MaximumMetadata ? headers : throw new S3Exception(400, "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            ("Size", $"{size}"), ("MaxSizeAllowed", $"{MaximumMetadata}"));
    }

    /// <summary>Writes what GET and HEAD return of an object beside its bytes.</summary>
    public static void Write(HttpResponse response, StoredObject item)
    {
        foreach (var (name, value) in item.Headers)
        {
            if (name == Tagging)
            {
                response.Headers["x-amz-tagging-count"] = $"{value.Split('&').Length}";
            }
            else
            {
                response.Headers[name] = HeaderValue(value);
            }
        }

        response.Headers.ETag = $"\"{item.ETag}\"";
        response.Headers.LastModified = S3Time.Http(item.Modified);
        response.Headers.AcceptRanges = "bytes";
    }

    public static void Write(HttpResponse response, Checksum checksum)
    {
        response.Headers[checksum.Algorithm.Header()] = checksum.Value;
        response.Headers["x-amz-checksum-type"] = checksum.Type;
    }

    /// <summary>Beyond ASCII, S3 returns metadata as RFC 2047 words.</summary>
    private static string HeaderValue(string value) =>
        Ascii.IsValid(value) ? value : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";

    private static int MetadataSize(Dictionary<string, string> headers) => headers
        .Where(header => header.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal))
        .Sum(header => Encoding.UTF8.GetByteCount(header.Key[MetadataPrefix.Length..] + header.Value));

    /// <summary><c>aws-chunked</c> is of the transfer, not of the object.</summary>
    private static string WithoutChunking(string encoding) => string.Join(',', encoding
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != "aws-chunked"));
}
