using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>Stores originals and sounds: the row, the object, and what is known of it then.</summary>
internal sealed partial class MediaUploads(
    MediaRows rows, UploadRows uploads, StoredObjects objects, string bucket, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<PhotoRow> StoreAsync(
        MediaKind kind, MediaCaller caller, MediaUpload upload, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        upload = Checked(upload);
        var name = MediaNames.LastPart(upload.FileName, nameof(upload.FileName));
        await using var content = await UploadContent.OpenAsync(upload.Content, nameof(upload.Content), cancellation);
        var type = kind.TypeOf(content.Head, upload.ContentType);
        if (content.Size > kind.MostBytes)
        {
            throw kind.TooLarge(content.Size);
        }

        (var allowed, name) = await rows.PolicyAsync(caller.OrganizationId, upload.ProjectId, name, cancellation);
        if (allowed is null)
        {
            throw new MediaNotFoundException($"There is no project {upload.ProjectId} in the organization.");
        }

        if (!allowed.Contains(type))
        {
            throw new MediaTypeException($"The content is {type}; the project takes {string.Join(", ", allowed)}.");
        }

        name = MediaNames.Clean(name, type);
        var media = new NewMedia(Guid.CreateVersion7(time.GetUtcNow()), caller, upload, name,
            $"{upload.SessionId}/{name}", type, content.Size);
        var held = await uploads.HoldAsync(media, deadline, cancellation);
        return held.Uploaded is { } there
            ? await AgainAsync(kind, media, there, content, deadline, cancellation)
            : await PutAsync(kind, media, held, content, deadline, cancellation);
    }

    private static MediaUpload Checked(MediaUpload upload) => upload with
    {
        SessionId = MediaNames.Session(upload.SessionId, nameof(upload.SessionId)),
        DetectionTypes = MediaText.DetectionTypes(upload.DetectionTypes, nameof(upload.DetectionTypes)),
        Priority = MediaText.Priority(upload.Priority, nameof(upload.Priority)),
        CorrelationId = MediaText.Optional(upload.CorrelationId, nameof(upload.CorrelationId)),
    };

    /// <returns>The row, when its object has the same content.</returns>
    private async Task<PhotoRow> AgainAsync(
        MediaKind kind, NewMedia media, PhotoRow there, UploadContent content, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        if (there.Sha256 is not null)
        {
            return await IsOfAsync(content, there.SizeBytes, there.Sha256, kind, cancellation)
                ? there
                : throw Taken(media);
        }

        var stored = await objects.FindSameAsync(bucket, media.Key, content, kind.MostBytes, deadline, cancellation)
            ?? throw Taken(media);
        return await uploads.CompleteAsync(there.OrganizationId, there.Id, media.Type, stored, cancellation)
            ?? throw Taken(media);
    }

    private async Task<PhotoRow> PutAsync(
        MediaKind kind, NewMedia media, HeldRow held, UploadContent content, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var organization = media.Caller.OrganizationId;
        try
        {
            var stored = await PutOrFindAsync(kind, media, content, deadline, cancellation);
            return await uploads.CompleteAsync(organization, held.Id, media.Type, stored, cancellation)
                ?? throw new MediaNotFoundException($"Medium {held.Id} was deleted while it was uploaded.");
        }
        catch (Exception e)
        {
            // The name is another's, or too much came, or the store will not: there is no object of this upload.
            var isForGood = e is MediaConflictException or MediaTooLargeException or StoreRefusedException;
            await EndAsync(organization, held, isForGood);
            if (content.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            throw;
        }
    }

    /// <returns>The new object, or the one that is there with the same content.</returns>
    private async Task<NewObject> PutOrFindAsync(
        MediaKind kind, NewMedia media, UploadContent content, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        try
        {
            return await objects.PutNewAsync(
                bucket, media.Key, media.Type, content, kind.MostBytes, deadline, cancellation);
        }
        catch (ObjectTooLargeException)
        {
            throw kind.TooLarge(content.Size);
        }
        catch (ObjectExistsException)
        {
            // Of an upload that did not come to its end, or of one that was quicker.
            return await objects.FindSameAsync(bucket, media.Key, content, kind.MostBytes, deadline, cancellation)
                ?? throw Taken(media);
        }
    }

    private static async Task<bool> IsOfAsync(
        UploadContent content, long? size, string sha256, MediaKind kind, CancellationToken cancellation) =>
        (content.Size is null || content.Size == size)
        && await content.HashAllAsync(kind.MostBytes, cancellation) is { } hash
        && content.Count == size
        && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(sha256));

    private static MediaConflictException Taken(NewMedia media) =>
        new($"'{media.FileName}' is taken in session '{media.Upload.SessionId}'.");

    // Also when the caller has given up: a while is left for this.
    private async Task EndAsync(string organization, HeldRow held, bool isForGood)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await (isForGood
                ? uploads.RemoveAsync(organization, held, limit.Token)
                : uploads.ReleaseAsync(organization, held, limit.Token));
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Log.Left(logger, e, held.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning,
            Message = "The row of medium {Id}, whose upload failed, is left to the sweep")]
        public static partial void Left(ILogger logger, Exception exception, Guid id);
    }
}
