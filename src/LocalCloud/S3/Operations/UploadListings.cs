using System.Globalization;
using System.Xml.Linq;
using PhotoLambda.S3;

namespace PhotoLambda.Local.S3;

/// <summary>ListParts and ListMultipartUploads.</summary>
internal sealed class UploadListings(ObjectStore store)
{
    public Task ListPartsAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var (upload, parts) = store.Uploads.Parts(request.Bucket!, request.Key!, request.Query("uploadId")!);
        var maximum = Listings.Maximum(request, "max-parts");
        _ = int.TryParse(request.Query("part-number-marker"), CultureInfo.InvariantCulture, out var marker);
        var rest = parts.Where(part => part.Number > marker).ToList();
        var page = rest.Take(maximum).ToList();
        return request.Response.WriteAsync(S3Xml.Root("ListPartsResult",
            new XElement("Bucket", upload.Bucket),
            new XElement("Key", upload.Key),
            new XElement("UploadId", upload.Id),
            S3Xml.Owner("Initiator"),
            S3Xml.Owner(),
            new XElement("StorageClass", "STANDARD"),
            new XElement("PartNumberMarker", marker),
            new XElement("NextPartNumberMarker", page.LastOrDefault()?.Number ?? 0),
            new XElement("MaxParts", maximum),
            new XElement("IsTruncated", page.Count < rest.Count),
            upload.ChecksumDeclared ? new XElement("ChecksumAlgorithm", upload.Algorithm.Name()) : null,
            page.Select(part => new XElement("Part",
                new XElement("PartNumber", part.Number),
                new XElement("LastModified", S3Time.Iso(part.Modified)),
                new XElement("ETag", $"\"{part.ETag}\""),
                new XElement(upload.Algorithm.Element(), part.Checksum),
                new XElement("Size", part.Segment.Size)))));
    }

    public Task ListUploadsAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var encode = Listings.Encoding(request);
        var maximum = Listings.Maximum(request, "max-uploads");
        var (prefix, keyMarker, idMarker) = (
            request.Query("prefix") ?? "", request.Query("key-marker") ?? "", request.Query("upload-id-marker"));
        var rest = store.Uploads.List(request.Bucket!)
            .Where(upload => upload.Key.StartsWith(prefix, StringComparison.Ordinal))
            .SkipWhile(upload => KeyOrder.Instance.Compare(upload.Key, keyMarker) < 0
                || (upload.Key == keyMarker && upload.Id != idMarker))
            .SkipWhile(upload => upload.Key == keyMarker && upload.Id == idMarker).ToList();
        var page = rest.Take(maximum).ToList();
        return request.Response.WriteAsync(S3Xml.Root("ListMultipartUploadsResult",
            new XElement("Bucket", request.Bucket),
            new XElement("Prefix", encode(prefix)),
            new XElement("KeyMarker", encode(keyMarker)),
            new XElement("UploadIdMarker", idMarker),
            page.Count < rest.Count && page.Count > 0 ? Next(page[^1], encode) : null,
            new XElement("MaxUploads", maximum),
            new XElement("IsTruncated", page.Count < rest.Count),
            page.Select(upload => new XElement("Upload",
                new XElement("Key", encode(upload.Key)),
                new XElement("UploadId", upload.Id),
                S3Xml.Owner("Initiator"),
                S3Xml.Owner(),
                new XElement("StorageClass", "STANDARD"),
                new XElement("Initiated", S3Time.Iso(upload.Initiated))))));
    }

    private static XElement[] Next(MultipartUpload last, Func<string, string> encode) =>
        [new("NextKeyMarker", encode(last.Key)), new("NextUploadIdMarker", last.Id)];
}
