using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>Deletes rows for good, and their objects if the store lets them go now.</summary>
internal sealed partial class MediaDeletions(
    MediaRows rows, PhotoDeletions deletions, Buckets buckets, ILogger logger)
{
    public async Task<bool> DeleteAsync(
        MediaCaller caller, Guid id, DateTimeOffset deadline, CancellationToken cancellation)
    {
        // What another organization shares is no more to be found here than what does not exist.
        if (await rows.FindAsync(caller, id, cancellation) is not { } found
            || found.Row.OrganizationId != caller.OrganizationId)
        {
            return false;
        }

        found.ToChange(caller);
        var (_, moved) = await deletions.MoveAsync(caller.OrganizationId, id, null, caller.UserId, cancellation);
        if (moved is null)
        {
            return false;
        }

        await RemoveAsync(caller.OrganizationId, moved, deadline, cancellation);
        return true;
    }

    // The row is gone: whatever happens from here on, the call has deleted it, and the sweep does the rest.
    private async Task RemoveAsync(
        string organizationId, MovedPhoto photo, DateTimeOffset deadline, CancellationToken cancellation)
    {
        try
        {
            string? error = null;
            try
            {
                await photo.Deletion.RemoveObjectsAsync(buckets, deadline, cancellation);
            }
            catch (Exception e) when (MediaCalls.Translated(e) is not null)
            {
                Log.Left(logger, e, photo.Deletion.PhotoId);
                error = e.Message;
            }

            if (error is not null || !photo.MayStillArrive)
            {
                await deletions.MarkAsync(organizationId, photo.Deletion.PhotoId, error, cancellation);
            }
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Log.Left(logger, e, photo.Deletion.PhotoId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep will see to the deletion of medium {Id}")]
        public static partial void Left(ILogger logger, Exception exception, Guid id);
    }
}
