using Npgsql;
using PhotoLambda.Photos;
using PhotoLambda.Sqs;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary><c>POST /api/v1/photos/{id}/reprocess</c>: a failed photo gets another job.</summary>
internal sealed partial class ReprocessHandler(
    ReprocessStore store, PhotoStore photos, QueueClient queue, TimeProvider time, ILogger<ReprocessHandler> logger)
{
    // What the client is let wait for the queue; the job is safe in the outbox by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        var (organization, subject) = (http.Caller().OrganizationId, http.Caller().Subject);
        if (await store.FindAsync(organization, id, http.CorrelationId(), http.RequestAborted) is not { } found)
        {
            return Problems.PhotoNotFound(id);
        }

        // An object that failed the comparison with its ticket, or is one that no detector should open, was never
        // uploaded: this is no way around that.
        if (found is { Status: PhotoStatus.Failed, WasUploaded: false })
        {
            return Problems.NotUploaded(found.Status);
        }

        var isReturned = found.Status == PhotoStatus.Failed
            && await store.ReturnAsync(found.NextJob, found.FailedAt, subject, http.RequestAborted);
        if (isReturned)
        {
            await PublishAsync(found.NextJob, http.RequestAborted);
        }

        return await photos.FindAsync(organization, id, http.RequestAborted) is not { } photo
            ? Problems.PhotoNotFound(id)
            : isReturned ? new PhotoResult(photo) : Problems.IllegalTransition(photo.Status, PhotoStatus.Uploaded);
    }

    private async Task PublishAsync(DetectionJob job, CancellationToken cancellation)
    {
        var outcomes = await queue.SendBatchAsync(
            [new OutgoingMessage(job.Message())], time.GetUtcNow() + Patience, cancellation);
        if (outcomes[0].Failure is { } reason)
        {
            // The relay takes it from the outbox.
            Log.Waiting(logger, job.Id, reason);
            return;
        }

        try
        {
            await store.MarkPublishedAsync(job, cancellation);
        }
        catch (NpgsqlException e)
        {
            // The queue may get it once more, by the same id.
            Log.NotMarked(logger, e, job.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} waits in the outbox: {Reason}")]
        public static partial void Waiting(ILogger logger, Guid jobId, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} is in the queue and still in the outbox")]
        public static partial void NotMarked(ILogger logger, Exception exception, Guid jobId);
    }
}
