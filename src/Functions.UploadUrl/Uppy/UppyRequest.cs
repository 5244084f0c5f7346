using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Uppy;

/// <summary>
/// A request that Uppy wants to send to the store itself, as its S3 plugin hands it to <c>signRequest</c>; where it
/// begins an upload, with what the page adds of the file.
/// </summary>
/// <param name="Key">What the client proposes when it begins; afterwards the server's.</param>
/// <param name="UploadId">The store's name of an upload in parts; null where the request begins something.</param>
/// <param name="File">Of which an upload begins; null when one goes on.</param>
/// <param name="HasSize">Whether the page told the size of the file.</param>
/// <param name="PartSize">Of an upload in parts that begins.</param>
/// <seealso href="https://uppy.io/docs/aws-s3/"/>
internal sealed record UppyRequest(
    string Method, string Key, string? UploadId, int? PartNumber, UploadRequest? File, bool HasSize, long? PartSize)
{
    private const int LongestKey = 1024;
    private const int MostParts = 10_000;
    private const long LeastPartSize = 5 * 1024 * 1024;
    private const long MostPartSize = 5L * 1024 * 1024 * 1024;

    public static UppyRequest Read(Fields fields)
    {
        var method = fields.Choice("method", ["PUT", "POST", "GET", "DELETE"], required: true) ?? "";
        var key = ReadName(fields, "key", required: true) ?? "";
        var uploadId = ReadName(fields, "uploadId", required: method is "GET" or "DELETE");
        var partNumber = method == "PUT" && uploadId is not null
            ? fields.Integer("partNumber", 1, MostParts, "")
            : fields.OptionalInteger("partNumber", 1, MostParts, "");
        if (method == "PUT" && partNumber is not null && uploadId is null)
        {
            fields.Refuse("uploadId", "there, since there is a partNumber", null);
        }

        // PUT and POST begin an upload unless they name one; all others are about one.
        var begins = method is "PUT" or "POST" && uploadId is null && partNumber is null;
        var (file, size, partSize) = ReadFile(fields, method, begins);
        return new UppyRequest(method, key, uploadId, (int?)partNumber, file, size is not null, partSize);
    }

    private static string? ReadName(Fields fields, string field, bool required) => fields.Text(
        field, LongestKey, required, t => !t.Any(char.IsControl),
        $"text of 1 to {LongestKey} characters without control characters");

    private static (UploadRequest? File, long? Size, long? PartSize) ReadFile(Fields fields, string method, bool begins)
    {
        var isParted = method == "POST";
        var type = fields.Text("contentType", 255);
        var project = begins ? fields.Uuid("project_id") : fields.OptionalUuid("project_id");
        var name = UploadRequest.ReadFileName(fields, required: begins);
        var most = method == "PUT" ? UploadRequest.MostBytes : UploadRequest.MostPartedBytes;
        // Without it nothing would bind the lengths of the parts.
        var size = begins && isParted
            ? fields.Integer("file_size", UploadRequest.LeastBytes, most, "bytes")
            : fields.OptionalInteger("file_size", UploadRequest.LeastBytes, most, "bytes");
        var mimeType = fields.Choice(
            "mime_type", MimeTypes.Accepted, required: begins && !MimeTypes.Accepted.Contains(type)) ?? type;
        var partSize = fields.OptionalInteger("part_size", LeastPartSize, MostPartSize, "bytes")
            ?? UsualPartSize(size ?? 0);
        if (begins && isParted && size > partSize * MostParts)
        {
            fields.Refuse("part_size", $"a {MostParts}th of the file's size at least", $"{partSize}");
        }

        var (detections, priority, session) = UploadRequest.ReadWishes(fields);
        var file = new UploadRequest(
            project ?? default, name, size ?? 0, mimeType ?? "", null, detections, priority, session);
        return (begins ? file : null, size, begins && isParted ? partSize : null);
    }

    // As Uppy cuts by itself; a page with a getChunkSize of its own tells the size.
    private static long UsualPartSize(long size) => Math.Max(LeastPartSize, (size + MostParts - 1) / MostParts);
}
