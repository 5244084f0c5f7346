using System.Globalization;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>POST /api/v1/photos/upload-url</c>: a row that waits for its object, and a URL that takes that object only.
/// </summary>
internal sealed class IssueTicketHandler(
    PhotoStore photos, TicketSigner signer, UploadUrlOptions options, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, UploadRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var key = string.Create(CultureInfo.InvariantCulture,
            $"{request.ProjectId}/{now:yyyy}/{now:MM}/{now:dd}/{id}.{MimeTypes.Extension(request.MimeType)}");
        var photo = new NewPhoto(id, http.Caller(), request, options.OriginalsBucket, key, http.CorrelationId(),
            now, now + TicketSigner.Lifetime);
        if (!await photos.InsertPendingAsync(photo, http.RequestAborted))
        {
            return Problems.ProjectNotFound(request.ProjectId);
        }

        var ticket = signer.Sign(key, request);
        http.CountTickets();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TicketAnswer(
            id,
            id,
            ticket.Url,
            $"s3://{options.OriginalsBucket}/{key}",
            (int)TicketSigner.Lifetime.TotalSeconds,
            ticket.Headers,
            $"{http.Request.Scheme}://{http.Request.Host}/api/v1/photos/{id}"));
    }
}

/// <param name="UploadId">Of the upload; today the photo's own id.</param>
/// <param name="UploadUrl">Where to PUT the bytes.</param>
/// <param name="Headers">To be sent with the PUT exactly as they stand here.</param>
/// <param name="StatusUrl">Where to ask what became of it.</param>
internal sealed record TicketAnswer(
    Guid UploadId,
    Guid PhotoId,
    string UploadUrl,
    string S3Url,
    int ExpiresInSeconds,
    IReadOnlyDictionary<string, string> Headers,
    string StatusUrl)
{
    public static readonly NamedSchema Shape = new("Ticket", _ => Schema.Object(
        ("upload_id", Schema.Uuid("Of the upload; today the photo's own id")),
        ("photo_id", Schema.Uuid()),
        ("upload_url", Schema.Url("Where to PUT the bytes, once")),
        ("s3_url", Schema.Text("s3://bucket/key, as the object will be called")),
        ("expires_in_seconds", Schema.Integer()),
        ("headers", Schema.Map(
            Schema.Text(), "To be sent with the PUT exactly as they stand here; the store refuses others")),
        ("status_url", Schema.Url("Where to ask what became of it"))));
}
