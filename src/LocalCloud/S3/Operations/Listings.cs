using System.Globalization;
using System.Text;
using System.Xml.Linq;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>ListObjectsV2 and ListObjects.</summary>
internal sealed class Listings(ObjectStore store)
{
    private const int MaximumKeys = 1000;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public Task ListAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var type = request.Query("list-type");
        var second = type == "2";
        if (type is not null && !second)
        {
            throw S3Error.InvalidArgument("Invalid List Type specified in Request", "list-type", type);
        }

        var query = new ListQuery(
            request.Query("prefix") ?? "",
            request.Query("delimiter") ?? "",
            (second ? Token(request) ?? request.Query("start-after") : request.Query("marker")) ?? "",
            Maximum(request, "max-keys"));
        var page = store.List(request.Bucket!, query);
        var encode = Encoding(request);
        var root = S3Xml.Root("ListBucketResult",
            new XElement("Name", request.Bucket),
            new XElement("Prefix", encode(query.Prefix)),
            query.Delimiter.Length == 0 ? null : new XElement("Delimiter", encode(query.Delimiter)),
            new XElement("MaxKeys", query.MaxKeys),
            request.Query("encoding-type") is { } encoding ? new XElement("EncodingType", encoding) : null,
            new XElement("IsTruncated", page.Last is not null),
            second ? SecondVersion(request, page, encode) : FirstVersion(query, page, encode),
            page.Objects.Select(item => Content(item, encode, !second || request.Query("fetch-owner") == "true")),
            page.CommonPrefixes.Select(prefix =>
                new XElement("CommonPrefixes", new XElement("Prefix", encode(prefix)))));
        return request.Response.WriteAsync(root);
    }

    /// <summary>How many entries a page may have: at most, and by default, 1,000.</summary>
    public static int Maximum(S3Request request, string name)
    {
        var text = request.Query(name);
        if (string.IsNullOrEmpty(text))
        {
            return MaximumKeys;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, MaximumKeys)
            : throw S3Error.InvalidArgument($"Provided {name} not an integer or within integer range", name, text);
    }

    /// <summary>What <c>encoding-type</c> asks to be done with keys.</summary>
    public static Func<string, string> Encoding(S3Request request) => request.Query("encoding-type") switch
    {
        null => text => text,
        "url" => SigV4.EncodePath,
        var other => throw S3Error.InvalidArgument(
            "Invalid Encoding Method specified in Request", "encoding-type", other),
    };

    private static IEnumerable<XElement> SecondVersion(S3Request request, ListPage page, Func<string, string> encode)
    {
        yield return new("KeyCount", page.Objects.Count + page.CommonPrefixes.Count);
        if (request.Query("continuation-token") is { } token)
        {
            yield return new("ContinuationToken", token);
        }

        if (page.Last is not null)
        {
            yield return new("NextContinuationToken", Convert.ToBase64String(Utf8.GetBytes(page.Last)));
        }

        if (request.Query("start-after") is { } startAfter)
        {
            yield return new("StartAfter", encode(startAfter));
        }
    }

    private static IEnumerable<XElement> FirstVersion(ListQuery query, ListPage page, Func<string, string> encode)
    {
        yield return new("Marker", encode(query.After));
        if (page.Last is not null && query.Delimiter.Length > 0)
        {
            yield return new("NextMarker", encode(page.Last));
        }
    }

    private static XElement Content(StoredObject item, Func<string, string> encode, bool withOwner) => new("Contents",
        new XElement("Key", encode(item.Key)),
        new XElement("LastModified", S3Time.Iso(item.Modified)),
        new XElement("ETag", $"\"{item.ETag}\""),
        new XElement("ChecksumAlgorithm", item.Checksum.Algorithm.Name()),
        new XElement("ChecksumType", item.Checksum.Type),
        new XElement("Size", item.Size),
        new XElement("StorageClass", item.Headers.GetValueOrDefault("x-amz-storage-class", "STANDARD")),
        withOwner ? S3Xml.Owner() : null);

    private static string? Token(S3Request request)
    {
        var token = request.Query("continuation-token");
        try
        {
            return token is null ? null : Utf8.GetString(Convert.FromBase64String(token));
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException)
        {
            throw S3Error.InvalidArgument("The continuation token provided is incorrect", "continuation-token", token);
        }
    }
}
