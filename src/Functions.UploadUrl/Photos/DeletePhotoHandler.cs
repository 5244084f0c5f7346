using Npgsql;
using PhotoLambda.S3;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>DELETE /api/v1/photos/{id}</c>: the row goes at once and for good, the objects now if the store lets them;
/// otherwise the sweep deletes them.
/// </summary>
internal sealed partial class DeletePhotoHandler(
    DeletionStore deletions, Buckets buckets, TimeProvider time, ILogger<DeletePhotoHandler> logger)
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

        var deadline = time.GetUtcNow() + Patience;
        var caller = http.Caller();
        var (found, moved) = await deletions.MoveAsync(
            caller.OrganizationId, id, caller.Subject, http.RequestAborted);
        if (!found)
        {
            return Problems.PhotoNotFound(id);
        }

        if (moved is not null)
        {
            await RemoveAsync(caller.OrganizationId, moved, deadline, http.RequestAborted);
        }

        return TypedResults.NoContent();
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
