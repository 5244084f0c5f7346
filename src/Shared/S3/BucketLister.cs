using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace PhotoLambda.S3;

/// <summary>What a bucket holds, a page of 1,000 at a time, in the order of the keys' UTF-8 bytes.</summary>
/// <param name="name">Of the bucket.</param>
/// <exception cref="ListingException">Of every listing: the store refuses, or answers what S3 does not.</exception>
/// <exception cref="HttpRequestException">Of every listing: the store cannot be reached.</exception>
/// <exception cref="TimeoutException">Of every listing: the store did not answer in time.</exception>
internal sealed class BucketLister(BucketClient bucket, string name)
{
    // A key has 1,024 bytes at most, three times that encoded; what else a page says of an object is 500.
    private const int LongestPage = 4 * 1024 * 1024;

    // A store may look through a million deleted versions for a page.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="prefix">Of the keys; empty: all.</param>
    public async IAsyncEnumerable<ListedObject> ObjectsAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> query = [new("list-type", "2"), new("prefix", prefix)];
        for (string? last = null; ;)
        {
            var page = await PageAsync(query, "ListBucketResult", cancellation);
            foreach (var entry in page.Children("Contents"))
            {
                var item = new ListedObject(
                    Key(entry), Required(entry, "ETag").Trim('"'), Size(entry), Instant(entry, "LastModified"));
                last = last is null || KeyOrder.Instance.Compare(last, item.Key) < 0 ? item.Key : throw Disorder(last);
                yield return item;
            }

            if (page.Child("IsTruncated") != "true")
            {
                yield break;
            }

            query.RemoveAll(p => p.Key == "continuation-token");
            query.Add(new("continuation-token", Required(page, "NextContinuationToken")));
        }
    }

    /// <summary>Uploads in parts that are neither completed nor aborted.</summary>
    /// <inheritdoc cref="ObjectsAsync" path="/param"/>
    public async IAsyncEnumerable<ListedUpload> UploadsAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> query = [new("uploads", ""), new("prefix", prefix)];
        for (var last = ("", ""); ;)
        {
            var page = await PageAsync(query, "ListMultipartUploadsResult", cancellation);
            foreach (var entry in page.Children("Upload"))
            {
                yield return new ListedUpload(Key(entry), Required(entry, "UploadId"), Instant(entry, "Initiated"));
            }

            if (page.Child("IsTruncated") != "true")
            {
                yield break;
            }

            var next = (Required(page, "NextKeyMarker"), Required(page, "NextUploadIdMarker"));
            last = next != last ? next : throw Disorder(next.Item1);
            query.RemoveRange(2, query.Count - 2);
            // Encoded like the keys.
            query.Add(new("key-marker", WebUtility.UrlDecode(next.Item1)));
            query.Add(new("upload-id-marker", next.Item2));
        }
    }

    private async Task<StoreXml> PageAsync(
        List<KeyValuePair<string, string>> query, string expected, CancellationToken cancellation)
    {
        // Keys may have characters that XML has not.
        using var response = await bucket.SendAsync(
            HttpMethod.Get, "", [.. query, new("encoding-type", "url")], null, default, DateTimeOffset.MaxValue,
            cancellation, Patience);
        var body = StoreXml.Parse(await response.Content.ReadAsByteArrayAsync(cancellation), LongestPage);
        if (response.IsSuccessStatusCode && body?.Name == expected)
        {
            return body;
        }

        var answer = $"{(int)response.StatusCode} {body?.Child("Code")}".TrimEnd();
        throw new ListingException(body?.Child("Code") == "NoSuchBucket"
            ? $"There is no bucket {name}."
            : $"The store answered {answer} to a listing of {name}.");
    }

    private ListingException Disorder(string key) => new(
        $"The store does not list {name} in the order of its keys: after {key} comes one before it. "
        + "Buckets that S3 calls directory buckets cannot be compared with rows.");

    private string Required(StoreXml entry, string child) => entry.Child(child) ?? throw Unreadable(entry, child);

    private string Key(StoreXml entry) => WebUtility.UrlDecode(Required(entry, "Key"));

    private long Size(StoreXml entry) =>
        long.TryParse(Required(entry, "Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw Unreadable(entry, "Size");

    private DateTimeOffset Instant(StoreXml entry, string child) =>
        DateTimeOffset.TryParse(
            Required(entry, child), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw Unreadable(entry, child);

    private ListingException Unreadable(StoreXml entry, string child) =>
        new($"The store's listing of {name} cannot be read: {entry.Name} has no {child}, or not as S3 writes it.");
}

/// <param name="ETag">Without quotes.</param>
/// <param name="Size">Bytes.</param>
internal sealed record ListedObject(string Key, string ETag, long Size, DateTimeOffset Modified);

internal sealed record ListedUpload(string Key, string UploadId, DateTimeOffset Initiated);

/// <summary>The bucket cannot be listed; the message says why.</summary>
internal sealed class ListingException(string message) : Exception(message);
