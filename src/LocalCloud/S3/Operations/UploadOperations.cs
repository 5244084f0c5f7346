using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>Multipart uploads: create, parts by body and by copy, complete, abort.</summary>
internal sealed class UploadOperations(ObjectStore store)
{
    private const int MaximumParts = 10_000;

    public Task CreateAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var declared = ChecksumNames.Parse(request.Header("x-amz-checksum-algorithm"));
        var algorithm = declared ?? ChecksumAlgorithm.Crc64Nvme;
        var upload = store.Uploads.Start(request.Bucket!, request.Key!, ObjectHeaders.From(request.Headers()),
            algorithm, IsFullObject(request, algorithm), declared is not null);
        if (declared is not null)
        {
            request.Response.Headers["x-amz-checksum-algorithm"] = algorithm.Name();
            request.Response.Headers["x-amz-checksum-type"] = upload.FullObjectChecksum ? "FULL_OBJECT" : "COMPOSITE";
        }

        return request.Response.WriteAsync(S3Xml.Root("InitiateMultipartUploadResult",
            new XElement("Bucket", upload.Bucket),
            new XElement("Key", upload.Key),
            new XElement("UploadId", upload.Id)));
    }

    public async Task PutPartAsync(S3Request request)
    {
        var (upload, number) = (Find(request), PartNumber(request));
        var declared = DeclaredChecksum.Read(request.Header);
        var fits = declared is null ? upload.FullObjectChecksum : declared.Algorithm == upload.Algorithm;
        if (upload.ChecksumDeclared && !fits)
        {
            throw S3Error.InvalidRequest("Checksum Type mismatch occurred, expected checksum Type: "
                + $"{Lower(upload.Algorithm)}, actual checksum Type: {Lower(declared?.Algorithm)}");
        }

        await using var blob = store.Blobs.Create();
        var body = await RequestBody.ReceiveAsync(request, blob.Stream, upload.Algorithm);
        var part = store.Uploads.Put(upload, number, blob, body);
        request.Response.Headers.ETag = $"\"{part.ETag}\"";
        var checksum = body.Checksums.Single(c => c.Algorithm == (declared?.Algorithm ?? upload.Algorithm));
        request.Response.Headers[checksum.Algorithm.Header()] = checksum.Value;
    }

    public async Task CopyPartAsync(S3Request request)
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

    public async Task CompleteAsync(S3Request request)
    {
        var upload = Find(request);
        var condition = WriteCondition.Of(request);
        condition.Check(upload.Key, store.Find(upload.Bucket, upload.Key));
        var document = await RequestBody.ReadDocumentAsync(request, checksumIsOfBody: false);
        var parts = CompletedParts.Parse(document, upload, request.Header);
        var stored = store.Uploads.Complete(
            upload, condition, parts.Assemble, request.Origin("ObjectCreated:CompleteMultipartUpload"));
        var http = request.Http.Request;
        await request.Response.WriteAsync(S3Xml.Root("CompleteMultipartUploadResult",
            new XElement("Location", $"{http.Scheme}://{http.Host}/{upload.Bucket}/{SigV4.EncodePath(upload.Key)}"),
            new XElement("Bucket", upload.Bucket),
            new XElement("Key", upload.Key),
            new XElement("ETag", $"\"{stored.ETag}\""),
            S3Xml.Of(stored.Checksum),
            new XElement("ChecksumType", stored.Checksum.Type)));
    }

    public Task AbortAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        store.Uploads.Abort(request.Bucket!, request.Key!, request.Query("uploadId")!);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
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

    /// <summary>A CRC64NVME is always of the whole, a SHA always of the parts; the other CRCs are as asked.</summary>
    private static bool IsFullObject(S3Request request, ChecksumAlgorithm algorithm)
    {
        var type = request.Header("x-amz-checksum-type")?.ToUpperInvariant();
        var allowed = type switch
        {
            null => true,
            "FULL_OBJECT" => algorithm.IsCrc(),
            "COMPOSITE" => algorithm != ChecksumAlgorithm.Crc64Nvme,
            _ => false,
        };
        return allowed
            ? type == "FULL_OBJECT" || algorithm == ChecksumAlgorithm.Crc64Nvme
            : throw S3Error.InvalidRequest(
                $"The {type} checksum type cannot be used with the {Lower(algorithm)} checksum algorithm.");
    }

    private static string Lower(ChecksumAlgorithm? algorithm) => algorithm?.Name().ToLowerInvariant() ?? "null";
}
