using System.Globalization;
using System.Xml.Linq;

namespace PhotoLambda.Local.S3;

/// <summary>UploadPart and UploadPartCopy.</summary>
internal sealed class UploadParts(ObjectStore store)
{
    private const int MaximumParts = 10_000;

    public async Task PutAsync(S3Request request)
    {
        var (upload, number) = (Find(request), PartNumber(request));
        var declared = DeclaredChecksum.Read(request.Header);
        var fits = declared is null ? upload.FullObjectChecksum : declared.Algorithm == upload.Algorithm;
        if (upload.ChecksumDeclared && !fits)
        {
            throw S3Error.InvalidRequest("Checksum Type mismatch occurred, expected checksum Type: "
                + $"{upload.Algorithm.Name()}, actual checksum Type: {declared?.Algorithm.Name() ?? "null"}");
        }

        await using var blob = store.Blobs.Create();
        var body = await RequestBody.ReceiveAsync(request, blob.Stream, upload.Algorithm);
        var part = store.Uploads.Put(upload, number, blob, body);
        request.Response.Headers.ETag = $"\"{part.ETag}\"";
        var checksum = body.Checksums.Single(c => c.Algorithm == (declared?.Algorithm ?? upload.Algorithm));
        request.Response.Headers[checksum.Algorithm.Header()] = checksum.Value;
    }

    public async Task CopyAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var (upload, number, source) = (Find(request), PartNumber(request), CopySource.Of(request));
        using var reader = store.OpenRead(source.Bucket, source.Key);
        ReadConditions.Of(request, CopySource.HeaderPrefix).Require(reader.Object);
        var range = request.Header("x-amz-copy-source-range") is { } header
            ? ByteRange.ParseExact(header, reader.Object.Size)
            : new ByteRange(0, reader.Object.Size);
        await using var blob = store.Blobs.Create();
        var body = await CopySource.CopyAsync(reader, range, blob, upload.Algorithm, request.Aborted);
        var part = store.Uploads.Put(upload, number, blob, body);
        await request.Response.WriteAsync(S3Xml.Root("CopyPartResult",
            new XElement("ETag", $"\"{part.ETag}\""),
            new XElement("LastModified", S3Time.Iso(part.Modified)),
            S3Xml.Of(body.Checksum)));
    }

    private MultipartUpload Find(S3Request request) =>
        store.Uploads.Find(request.Bucket!, request.Key!, request.Query("uploadId")!);

    private static int PartNumber(S3Request request)
    {
        var text = request.Query("partNumber");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= MaximumParts
            ? number
            : throw S3Error.InvalidArgument(
                $"Part number must be an integer between 1 and {MaximumParts}, inclusive", "partNumber", text);
    }
}
