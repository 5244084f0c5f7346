using Npgsql;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>DELETE /api/v1/photos/{id}</c>: the row goes at once and for good, the objects now if the store lets them;
/// otherwise the sweep deletes them. So it is with what a CDN has.
/// </summary>
internal sealed partial class DeletePhotoHandler(
    PhotoDeletions deletions, Buckets buckets, CdnQueue cdn, TimeProvider time, ILogger<DeletePhotoHandler> logger)
{
    // A client waits, and nothing is lost when the store takes longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        return await DeleteAsync(http, id, status: null) ?? Problems.PhotoNotFound(id);
    }

    /// <summary>Deletes the photo if it still waits for its object.</summary>
    /// <returns>Null when there is no such photo, nor was one deleted.</returns>
    public Task<IResult?> DeletePendingAsync(HttpContext http, Guid id) =>
        DeleteAsync(http, id, PhotoStatus.PendingUpload);

    private async Task<IResult?> DeleteAsync(HttpContext http, Guid id, string? status)
    {
        var deadline = time.GetUtcNow() + Patience;
        var caller = http.Caller();
        var (found, moved) = await deletions.MoveAsync(
            caller.OrganizationId, id, status, caller.Subject, http.RequestAborted);
        if (moved is not null)
        {
            if (moved.CdnAssetId is { } asset)
            {
                await cdn.SendDeletionAsync(asset, deadline, http.RequestAborted);
            }

            await RemoveAsync(caller.OrganizationId, moved, deadline, http.RequestAborted);
        }

        return found ? TypedResults.NoContent() : null;
    }

    private async Task RemoveAsync(
        string organizationId, MovedPhoto photo, DateTimeOffset deadline, CancellationToken cancellation)
    {
        string? error = null;
        try
        {
            await photo.Deletion.RemoveObjectsAsync(buckets, deadline, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            Log.Left(logger, e, photo.Deletion.PhotoId);
            error = e.Message;
        }

        if (error is null && photo.MayStillArrive)
        {
            return;
        }

        try
        {
            await deletions.MarkAsync(organizationId, photo.Deletion.PhotoId, error, cancellation);
        }
        catch (NpgsqlException e)
        {
            Log.NotMarked(logger, e, photo.Deletion.PhotoId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The objects of photo {PhotoId} are left to the sweep")]
        public static partial void Left(ILogger logger, Exception exception, Guid photoId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep will see to the deletion of photo {PhotoId}")]
        public static partial void NotMarked(ILogger logger, Exception exception, Guid photoId);
    }
}
