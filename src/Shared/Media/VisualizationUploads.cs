using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>Stores pictures that are drawn of photos, and links their photos to them.</summary>
internal sealed partial class VisualizationUploads(
    MediaRows rows, VisualizationRows links, StoredObjects objects, string bucket, ILogger logger)
{
    public const string Prefix = "viz_";

    // A request that began in time may end later.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<PhotoRow> StoreAsync(
        MediaCaller caller, VisualizationUpload upload, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var session = upload.SessionId is null
            ? null
            : MediaNames.Session(upload.SessionId, nameof(upload.SessionId));
        var name = MediaNames.LastPart(upload.FileName, nameof(upload.FileName));
        await using var content = await UploadContent.OpenAsync(upload.Content, nameof(upload.Content), cancellation);
        var kind = MediaKind.Visualization;
        var type = kind.TypeOf(content.Head, upload.ContentType);
        if (content.Size > kind.MostBytes)
        {
            throw kind.TooLarge(content.Size);
        }

        var photo = (await rows.FindAsync(caller, upload.PhotoId, cancellation))?.ToChange(caller).Row
            ?? throw Gone(upload.PhotoId);
        if (photo.Kind != "image")
        {
            throw new MediaTypeException($"Medium {photo.Id} is a sound; only images have visualizations.");
        }

        session ??= MediaNames.IsSession(photo.SessionId) ? photo.SessionId : $"{photo.Id}";
        name = MediaNames.Clean(await rows.NormalNameAsync(name, cancellation), type, isTyped: true);
        return await PutAsync(photo, $"{session}/{Prefix}{name}", type, content, deadline, cancellation);
    }

    private static MediaNotFoundException Gone(Guid photo) => new($"There is no photo {photo} in the organization.");

    private static MediaConflictException Taken(string key) =>
        new($"'{key}' is taken, or its object is just being deleted.");

    private async Task<PhotoRow> PutAsync(
        PhotoRow photo, string key, string type, UploadContent content, DateTimeOffset deadline,
        CancellationToken cancellation)
    {
        var (organization, plan) = (photo.OrganizationId, Guid.NewGuid());
        if (!await links.PlanAsync(organization, plan, key, deadline + Grace, cancellation))
        {
            throw Taken(key);
        }

        try
        {
            await PutOrFindAsync(key, type, content, deadline, cancellation);
        }
        catch (Exception e)
        {
            if (e is MediaConflictException)
            {
                await ForgetAsync(organization, plan);
            }

            if (content.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            throw;
        }

        return await links.LinkAsync(organization, photo.Id, key, cancellation)
            ?? (await rows.FindAsync(MediaCaller.System(organization), photo.Id, cancellation) is null
                ? throw Gone(photo.Id)
                : throw Taken(key));
    }

    private async Task PutOrFindAsync(
        string key, string type, UploadContent content, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var kind = MediaKind.Visualization;
        try
        {
            await objects.PutNewAsync(bucket, key, type, content, kind.MostBytes, deadline, cancellation);
        }
        catch (ObjectTooLargeException)
        {
            throw kind.TooLarge(content.Size);
        }
        catch (ObjectExistsException)
        {
            // Nobody's yet, or another's by now: the link will tell.
            _ = await objects.FindSameAsync(bucket, key, content, kind.MostBytes, deadline, cancellation)
                ?? throw Taken(key);
        }
    }

    private async Task ForgetAsync(string organization, Guid plan)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await links.ForgetAsync(organization, plan, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Log.Left(logger, e, plan);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error,
            Message = "Deletion {Plan} was planned for an object of somebody else, and could not be taken back")]
        public static partial void Left(ILogger logger, Exception exception, Guid plan);
    }
}
