using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Multipart;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Uppy;

/// <summary>
/// Signs what Uppy's S3 plugin asks for. Uppy talks to the store by itself, so a row is written before the first URL is
/// given, and each further request must be about a row of the caller's own.
/// </summary>
internal sealed class UppyHandler(
    TicketStore tickets,
    MultipartStore uploads,
    OpenUploads open,
    UppySigner signer,
    UploadUrlOptions options,
    TimeProvider time)
{
    private const string Source = "uppy";

    /// <summary><c>POST /api/v1/uppy/sign</c>: <c>signRequest</c> of <c>@uppy/aws-s3</c> from version 6 on.</summary>
    public async Task<IResult> SignAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, UppyRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        return request.File is null ? await GoOnAsync(http, request) : await BeginAsync(http, request, request.File);
    }

    /// <summary><c>POST /api/v1/uppy/parameters</c>: <c>getUploadParameters</c> of the versions before.</summary>
    public async Task<IResult> GiveParametersAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, UploadRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        var photo = NewPhotoOf(http, request, TicketSigner.Lifetime);
        (_, problem) = await IssueAsync(http, photo);
        if (problem is not null)
        {
            return problem;
        }

        var put = signer.Put(photo);
        return TypedResults.Ok(
            new UploadParameters("PUT", put.Url, put.Headers!, new Dictionary<string, string>(), photo.Id));
    }

    private async Task<IResult> BeginAsync(HttpContext http, UppyRequest request, UploadRequest file)
    {
        var isParted = request.PartSize is not null;
        var lifetime = isParted ? CreateMultipartHandler.Lifetime : TicketSigner.Lifetime;
        var photo = NewPhotoOf(http, file, lifetime) with
        {
            PartSizeBytes = request.PartSize,
            HasUnknownSize = !request.HasSize,
        };
        var (mostBytes, problem) = await IssueAsync(http, photo);
        return problem is not null ? problem : TypedResults.Ok(
            isParted ? signer.Begin(photo)
            : request.HasSize ? signer.Put(photo)
            : signer.Form(photo, mostBytes));
    }

    /// <summary>
    /// The client began the upload with the store itself: the server hears of its id here, and holds on to the first.
    /// </summary>
    private async Task<IResult> GoOnAsync(HttpContext http, UppyRequest request)
    {
        var caller = http.Caller();
        var upload = await uploads.BindByKeyAsync(
            caller.OrganizationId, caller.Subject, options.OriginalsBucket, request.Key, request.UploadId!,
            time.GetUtcNow(), http.RequestAborted);
        if (upload is null)
        {
            return Problems.UploadNotFound();
        }

        if (open.WhyClosed(upload) is { } reason)
        {
            return Problems.UploadClosed(reason);
        }

        if (upload.UploadId != request.UploadId)
        {
            return Problems.UploadClosed("The photo's upload in parts is another than this uploadId.");
        }

        if (request.PartNumber > upload.Plan.Parts)
        {
            return Problems.Invalid(new FieldError(
                "partNumber", $"a whole number from 1 to {upload.Plan.Parts} here", $"{request.PartNumber}"));
        }

        return TypedResults.Ok(request.Method switch
        {
            "PUT" => signer.Part(upload, request.PartNumber!.Value),
            "POST" => signer.Complete(upload),
            _ => signer.Other(upload, request.Method),
        });
    }

    private NewPhoto NewPhotoOf(HttpContext http, UploadRequest file, TimeSpan lifetime) =>
        NewPhoto.Of(file, http.Caller(), options.OriginalsBucket, http.CorrelationId(), time.GetUtcNow(), lifetime) with
        {
            UploadSource = Source,
        };

    /// <returns>What the project's policy lets a file have in bytes, or the problem.</returns>
    private async Task<(long MostBytes, Problem? Problem)> IssueAsync(HttpContext http, NewPhoto photo)
    {
        var outcome = (await tickets.IssueAsync(photo, null, http.RequestAborted)).Outcomes[0];
        outcome.Tell(http);
        return (outcome.MaxBytes ?? 0, outcome.Problem(photo));
    }
}
