using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>CreateMultipartUpload, CompleteMultipartUpload and AbortMultipartUpload.</summary>
internal sealed class UploadOperations(ObjectStore store)
{
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

    public async Task CompleteAsync(S3Request request)
    {
        var upload = store.Uploads.Find(request.Bucket!, request.Key!, request.Query("uploadId")!);
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
                $"The {type} checksum type cannot be used with the {algorithm.Name()} checksum algorithm.");
    }
}
