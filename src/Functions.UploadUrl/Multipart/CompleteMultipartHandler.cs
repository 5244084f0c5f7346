using Microsoft.AspNetCore.Http.HttpResults;
using PhotoLambda.S3;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>
/// <c>POST /api/v1/photos/multipart/{id}/complete</c>: the store makes the parts an object, whose event then proves it
/// as any other's does. Repeatable: who asks again, or at the same time, gets the answer that the first one got.
/// </summary>
internal sealed class CompleteMultipartHandler(OpenUploads uploads, StoreUploads store)
{
    private const int PageSize = 1000;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, CompletionRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        (var upload, problem) = await uploads.FindAsync(http);
        if (upload is null)
        {
            return problem!;
        }

        if (upload is { PartSize: not null, ETag: not null })
        {
            return Completed(http, upload, upload.ETag);
        }

        if (uploads.WhyClosed(upload) is { } reason)
        {
            return Problems.UploadClosed(reason);
        }

        return request.ErrorFor(upload) is { } error
            ? Problems.Invalid(error)
            : await CompleteAsync(http, upload, request.Parts);
    }

    private async Task<IResult> CompleteAsync(
        HttpContext http, PartedUpload upload, IReadOnlyList<UploadedPart> parts)
    {
        if (upload.PartChecksum is not null)
        {
            // S3 wants the checksums once more; it knows them itself.
            var known = await store.ListAsync(upload, 0, PageSize, http.RequestAborted);
            var checksums = known?.Items.ToDictionary(p => p.Number, p => p.Sha256) ?? [];
            parts = [.. parts.Select(p => p with { Sha256 = checksums.GetValueOrDefault(p.Number) })];
        }

        var answer = await store.CompleteAsync(upload, parts, http.RequestAborted);
        if (answer is { IsSuccess: true, Body.Name: "CompleteMultipartUploadResult" })
        {
            return Completed(http, upload, (answer.Body.Child("ETag") ?? "").Trim('"'));
        }

        return answer.Code switch
        {
            // Gone, or the key is taken: an earlier request may have completed it. The key is this photo's alone.
            "NoSuchUpload" or "PreconditionFailed" or "ConditionalRequestConflict" =>
                await store.FindObjectAsync(upload.Bucket, upload.Key, http.RequestAborted) is { } etag
                    ? Completed(http, upload, etag)
                    : answer.Code == "NoSuchUpload"
                        ? Problems.UploadClosed("The store has no such upload any more.")
                        : throw new StoreUnavailableException("Another request is completing the upload."),
            "InvalidPart" or "EntityTooSmall" or "InvalidRequest" => Problems.Invalid(Refused(answer, parts)),
            _ => throw answer.Unexpected("the completion of an upload"),
        };
    }

    private static FieldError Refused(StoreAnswer answer, IReadOnlyList<UploadedPart> parts)
    {
        var part = answer.Part is { } number ? $"part {number}" : $"{parts.Count} parts";
        var fault = answer.Code switch
        {
            "InvalidPart" => "of another ETag, or not uploaded",
            "EntityTooSmall" => "shorter than 5 MiB and not the last",
            _ => "not of the declared length in all",
        };
        return new FieldError("parts", CompletionRequest.Limit, $"{part}, {fault}");
    }

    private static Ok<CompletionAnswer> Completed(HttpContext http, PartedUpload upload, string etag) =>
        TypedResults.Ok(new CompletionAnswer(
            upload.PhotoId, upload.S3Url, etag, TicketPrinter.StatusUrl(http.Request, upload.PhotoId)));
}

/// <param name="Etag">Of the object.</param>
internal sealed record CompletionAnswer(Guid PhotoId, string S3Url, string Etag, string StatusUrl)
{
    public static readonly NamedSchema Shape = new("CompletedUpload", _ => Schema.Object(
        ("photo_id", Schema.Uuid()),
        ("s3_url", Schema.Text("s3://bucket/key")),
        ("etag", Schema.Text("Of the object")),
        ("status_url", Schema.Url("Where to ask what became of it"))));
}
