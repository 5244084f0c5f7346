using PhotoLambda.S3;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>
/// <c>POST /api/v1/photos/multipart</c>: a row that waits for its object, and an upload in the store that will make it.
/// </summary>
/// <remarks>
/// The row comes first: tenant, policy and limit are decided with it, so what is refused never reaches the store. If
/// the store then fails, the row goes again, and with it the answer that was kept for its key. What is left when this
/// process dies in between: a row that expires, and perhaps an empty upload, which the bucket's lifecycle rule removes.
/// A repetition with the same key begins what its first try could not.
/// </remarks>
internal sealed partial class CreateMultipartHandler(
    TicketStore tickets,
    MultipartStore uploads,
    StoreUploads store,
    UploadUrlOptions options,
    TimeProvider time,
    ILogger<CreateMultipartHandler> logger)
{
    /// <summary>How long an upload in parts may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, key, problem) = await JsonBody.ReadWithKeyAsync(http, MultipartRequest.Read);
        if (request is null)
        {
            return problem!;
        }

        var plan = PartPlan.For(request.File.FileSize);
        var photo = NewPhoto.Of(
            request.File, http.Caller(), options.OriginalsBucket, http.CorrelationId(), time.GetUtcNow(), Lifetime) with
        {
            UploadSource = "multipart",
            PartSizeBytes = plan.PartSize,
        };
        var answer = MultipartAnswer.Of(photo, plan, TicketPrinter.StatusUrl(http.Request, photo.Id));
        var decision = await tickets.IssueAsync(
            photo, key is null ? null : new KeyedAnswer(key, answer), http.RequestAborted);
        if (decision.Kept is not null)
        {
            return await RepeatAsync(photo, request.PartChecksum, key!, decision.Kept, http.RequestAborted);
        }

        var outcome = decision.Outcomes[0];
        outcome.Tell(http);
        if (outcome.Problem(photo) is { } refusal)
        {
            return refusal;
        }

        await BeginAsync(photo, request.PartChecksum, key, http.RequestAborted);
        return answer;
    }

    private async Task<IResult> RepeatAsync(
        NewPhoto repeated, string? partChecksum, IdempotencyKey key, IResult kept, CancellationToken cancellation)
    {
        if (kept is JsonAnswer answer
            && await uploads.FindAsync(
                repeated.Caller.OrganizationId, MultipartAnswer.PhotoIdOf(answer), cancellation) is { } upload
            && upload.UploadId is null && upload.WhyClosed(time.GetUtcNow()) is null)
        {
            var photo = repeated with { Id = upload.PhotoId, Key = upload.Key };
            await BeginAsync(photo, partChecksum, key, cancellation);
        }

        return kept;
    }

    private async Task BeginAsync(
        NewPhoto photo, string? partChecksum, IdempotencyKey? key, CancellationToken cancellation)
    {
        string? uploadId = null;
        var isBound = false;
        try
        {
            uploadId = await store.BeginAsync(
                photo.Bucket, photo.Key, photo.Request.MimeType, partChecksum, cancellation);
            isBound = await uploads.BindAsync(
                photo.Caller.OrganizationId, photo.Id, uploadId, partChecksum, cancellation);
        }
        finally
        {
            if (!isBound)
            {
                // Also when the client is gone.
                await UndoAsync(photo, uploadId, key, CancellationToken.None);
            }
        }

        // Another request with the key may have been faster; then its upload is the photo's.
        if (!isBound
            && (await uploads.FindAsync(photo.Caller.OrganizationId, photo.Id, cancellation))?.UploadId is null)
        {
            throw new StoreUnavailableException("The photo was gone before its upload was noted.");
        }
    }

    /// <summary>Ends an upload that was not noted for certain, and removes the row unless it has another.</summary>
    private async Task UndoAsync(NewPhoto photo, string? uploadId, IdempotencyKey? key, CancellationToken cancellation)
    {
        if (uploadId is not null)
        {
            try
            {
                await store.AbortAsync(photo.Bucket, photo.Key, uploadId, cancellation);
            }
            catch (StoreUnavailableException e)
            {
                Log.Left(logger, e, photo.Id);
            }
        }

        await uploads.RemoveAsync(photo.Caller, photo.Id, uploadId, key, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "An upload of photo {PhotoId} is left to the bucket's lifecycle rule")]
        public static partial void Left(ILogger logger, Exception exception, Guid photoId);
    }
}
