using System.Globalization;
using PhotoLambda.Aws;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>
/// <c>POST /api/v1/photos/multipart/{id}/parts</c>: a URL for each part, which takes a body of its length alone.
/// </summary>
internal sealed class PartUrlsHandler(OpenUploads uploads, Presigner presigner)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, PartUrlsRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        (var upload, problem) = await uploads.FindOpenAsync(http);
        if (upload is null)
        {
            return problem!;
        }

        if (request.ErrorFor(upload) is { } error)
        {
            return Problems.Invalid(error);
        }

        return TypedResults.Ok(new PartUrls(
            [.. request.Numbers.Select((number, i) => Sign(upload, number, request.Sha256.ElementAtOrDefault(i)))],
            (int)TicketSigner.Lifetime.TotalSeconds));
    }

    private PartUrl Sign(PartedUpload upload, int number, string? sha256)
    {
        var length = upload.Plan.LengthOf(number).ToString(CultureInfo.InvariantCulture);
        var checksum = sha256 is null ? null : Convert.ToBase64String(Convert.FromHexString(sha256));
        var headers = new Dictionary<string, string> { ["Content-Length"] = length };
        if (checksum is not null)
        {
            headers["x-amz-checksum-sha256"] = checksum;
        }

        ReadOnlySpan<KeyValuePair<string, string>> signed =
            [new("content-length", length), new("x-amz-checksum-sha256", checksum ?? "")];
        var url = presigner.Presign(new PresignRequest("PUT", upload.Key, TicketSigner.Lifetime)
        {
            Query =
            [
                new("partNumber", number.ToString(CultureInfo.InvariantCulture)), new("uploadId", upload.UploadId!),
            ],
            Headers = checksum is null ? signed[..^1] : signed,
        });
        return new PartUrl(number, url, headers);
    }
}

/// <param name="Sha256">Hexadecimal, of each part in the order of the numbers, or none at all.</param>
internal sealed record PartUrlsRequest(int[] Numbers, string[] Sha256)
{
    private const int MostNumbers = 100;

    public static PartUrlsRequest Read(Fields fields)
    {
        var request = new PartUrlsRequest(
            fields.Numbers("part_numbers", MostNumbers, 1, PartPlan.MostParts),
            fields.Texts("sha256", MostNumbers, 64, UploadRequest.IsSha256,
                "64 hexadecimal digits: the SHA-256 of a part, in the order of part_numbers"));
        if (request.Sha256.Length > 0 && request.Numbers.Length > 0 && request.Sha256.Length != request.Numbers.Length)
        {
            fields.Refuse("sha256", $"as many as part_numbers: {request.Numbers.Length}", $"{request.Sha256.Length}");
        }

        return request;
    }

    /// <returns>What does not fit this upload; null when all does.</returns>
    public FieldError? ErrorFor(PartedUpload upload)
    {
        if (Numbers.Max() is var last && last > upload.Plan.Parts)
        {
            return new FieldError("part_numbers", $"numbers from 1 to {upload.Plan.Parts} for this upload", $"{last}");
        }

        return (upload.PartChecksum, Sha256.Length) switch
        {
            (null, > 0) => new FieldError(
                "sha256", "absent, since the upload was not begun with a part_checksum", $"{Sha256.Length} of them"),
            (not null, 0) => new FieldError(
                "sha256", "there for each part, since the upload was begun with a part_checksum", null),
            _ => null,
        };
    }
}

internal sealed record PartUrl(int PartNumber, string UploadUrl, IReadOnlyDictionary<string, string> Headers)
{
    public static readonly NamedSchema Shape = new("PartUrl", _ => Schema.Object(
        ("part_number", Schema.Integer()),
        ("upload_url", Schema.Url("Where to PUT the part; its answer's ETag is wanted for the completion")),
        ("headers", Schema.Map(
            Schema.Text(), "To be sent with the PUT exactly as they stand here; the store refuses others"))));
}

internal sealed record PartUrls(IReadOnlyList<PartUrl> Items, int ExpiresInSeconds)
{
    public static readonly NamedSchema Shape = new("PartUrls", components => Schema.Object(
        ("items", Schema.Array(components.Refer(PartUrl.Shape))),
        ("expires_in_seconds", Schema.Integer("In which the upload of a part must begin"))));
}
