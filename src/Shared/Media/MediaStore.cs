using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PhotoLambda.Aws;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Signals;

namespace PhotoLambda.Media;

/// <summary>
/// Images, sounds and visualizations for code of the same team, without HTTP (docs/media-store.md). One for a process;
/// safe for concurrent use. What is uploaded is read by <c>OnObjectCreated</c>, as what comes by a ticket is: size,
/// EXIF and duration are in the row a moment later.
/// </summary>
/// <remarks>
/// Every call throws a <see cref="MediaStoreUnavailableException"/> where the object store or the database does not
/// answer within the options' times, and an <see cref="ArgumentException"/> for an argument that cannot be.
/// </remarks>
public sealed class MediaStore : IDisposable
{
    /// <summary>Rows that a page of a list has at most.</summary>
    public const int MostListed = 1000;

    private const int LeastHours = 1;

    // Seven days are also the longest that the store takes a signature for.
    private const int MostHours = 168;

    private readonly MediaStoreOptions _options;
    private readonly HttpClient _http;
    private readonly MetricsLog? _metrics;
    private readonly MediaCalls _calls;
    private readonly MediaRows _rows;
    private readonly MediaUploads _uploads;
    private readonly VisualizationUploads _visualizations;
    private readonly MediaDeletions _deletions;
    private readonly StoredObjects _objects;
    private readonly DownloadSigner _signer;

    private MediaStore(MediaStoreOptions options, AwsEnvironment aws)
    {
        var logger = options.Logger ?? NullLogger.Instance;
        _options = options;
        _http = AwsHttp.NewClient();
        // Each request has a limit of its own.
        _http.Timeout = Timeout.InfiniteTimeSpan;
        _metrics = MetricsLog.Open(options.Variable);
        var buckets = new Buckets(
            _http, aws, options.Time, new StoreResilience(options.Time, _metrics, "media-store"));
        _objects = new StoredObjects(buckets);
        _calls = new MediaCalls(options.Time);
        _rows = new MediaRows(options.Database);
        _uploads = new MediaUploads(_rows, new UploadRows(options.Database, options.OriginalsBucket), _objects,
            options.OriginalsBucket, options.Time, logger);
        _visualizations = new VisualizationUploads(_rows,
            new VisualizationRows(options.Database, options.VisualizationsBucket), _objects,
            options.VisualizationsBucket, logger);
        _deletions = new MediaDeletions(_rows, new PhotoDeletions(options.Database), buckets, logger);
        _signer = new DownloadSigner(aws, options.Time);
    }

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="ArgumentException">An option cannot be.</exception>
    /// <exception cref="InvalidOperationException">A variable is missing or none; the message names it.</exception>
    public static MediaStore Open(MediaStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MediaStore(options.Checked(), AwsEnvironment.Read(options.Variable));
    }

    /// <summary>
    /// Stores an image of 1 byte to 500 MB as <c>{session_id}/{file name}</c>. A call that failed may be made again: it
    /// takes up its own row, and finds its own object.
    /// </summary>
    /// <returns>The row, which is <c>pending_upload</c> until the store's event has come.</returns>
    /// <exception cref="MediaTypeException">By its first bytes it is no image, another than declared, or one that the
    /// project does not take.</exception>
    /// <exception cref="MediaTooLargeException">It has more than 500 MB.</exception>
    /// <exception cref="MediaConflictException">The name is taken in the session.</exception>
    /// <exception cref="MediaNotFoundException">The organization has no such project.</exception>
    public Task<PhotoRow> UploadOriginalAsync(
        MediaCaller caller, MediaUpload upload, CancellationToken cancellation = default) =>
        UploadAsync(MediaKind.Original, caller, upload, cancellation);

    /// <summary>
    /// Stores MP3, WAV, FLAC or M4A of 1 byte to 100 MB, as <see cref="UploadOriginalAsync"/> stores images.
    /// </summary>
    /// <inheritdoc cref="UploadOriginalAsync" path="/returns"/>
    /// <inheritdoc cref="UploadOriginalAsync" path="/exception"/>
    public Task<PhotoRow> UploadAudioAsync(
        MediaCaller caller, MediaUpload upload, CancellationToken cancellation = default) =>
        UploadAsync(MediaKind.Audio, caller, upload, cancellation);

    /// <summary>
    /// Stores a picture that was drawn of a photo as <c>{session_id}/viz_{file name}</c> in the bucket of
    /// visualizations: any image type but SVG, 1 byte to 500 MB. A photo has one; the one before it is deleted.
    /// </summary>
    /// <returns>The photo's row.</returns>
    /// <exception cref="MediaTypeException">It is no image, or the photo is a sound.</exception>
    /// <exception cref="MediaNotFoundException">The organization has no such photo.</exception>
    /// <exception cref="MediaNotYoursException">The photo is another user's.</exception>
    /// <inheritdoc cref="UploadOriginalAsync" path="/exception"/>
    public Task<PhotoRow> UploadVisualizationAsync(
        MediaCaller caller, VisualizationUpload upload, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(upload);
        return _calls.RunAsync(_options.TransferTimeout,
            (deadline, token) => _visualizations.StoreAsync(caller, upload, deadline, token), cancellation);
    }

    /// <returns>The row of an image or a sound.</returns>
    /// <exception cref="MediaNotFoundException">There is none in the organization, nor one that all share.</exception>
    /// <exception cref="MediaNotYoursException">It is another user's.</exception>
    public Task<PhotoRow> GetAsync(MediaCaller caller, Guid id, CancellationToken cancellation = default) =>
        QuickAsync(caller, async token => (await FoundAsync(caller, id, token)).Row, cancellation);

    /// <returns>Whether the caller may read such an image or sound, arrived or not.</returns>
    public Task<bool> ExistsAsync(MediaCaller caller, Guid id, CancellationToken cancellation = default) =>
        QuickAsync(caller, async token =>
        {
            try
            {
                return await _rows.FindAsync(caller, id, token) is not null;
            }
            catch (MediaNotYoursException)
            {
                return false;
            }
        }, cancellation);

    /// <summary>The image or sound of a name.</summary>
    /// <param name="fileName">As the upload returned it.</param>
    /// <returns>Null when there is none, or none that the caller may know of.</returns>
    /// <inheritdoc cref="GetAsync" path="/exception[@cref='T:PhotoLambda.Media.MediaNotYoursException']"/>
    public Task<PhotoRow?> FindAsync(
        MediaCaller caller, string sessionId, string fileName, CancellationToken cancellation = default)
    {
        MediaNames.Session(sessionId, nameof(sessionId));
        MediaText.Required(fileName, nameof(fileName));
        return QuickAsync(
            caller, token => _rows.NamedAsync(caller, _options.OriginalsBucket, $"{sessionId}/{fileName}", token),
            cancellation);
    }

    /// <summary>What a user uploaded by whatever way, newest first.</summary>
    /// <param name="limit">1 to <see cref="MostListed"/>.</param>
    /// <param name="after">The last row of the page before; null: the first page.</param>
    /// <exception cref="MediaNotYoursException">The caller is another user.</exception>
    public Task<IReadOnlyList<PhotoRow>> ListAsync(
        MediaCaller caller, string userId, int limit = 100, PhotoRow? after = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        MediaText.Required(userId, nameof(userId));
        Within(limit, 1, MostListed, nameof(limit));
        return caller.UserId is null || caller.UserId == userId
            ? QuickAsync(
                caller, token => _rows.ListAsync(caller.OrganizationId, userId, limit, after, token), cancellation)
            : throw new MediaNotYoursException("A user lists what is the user's own.");
    }

    /// <summary>
    /// Opens an object, or a range of it. The bytes are those that are stored: who hands an original on to users whose
    /// project withholds positions gives them <see cref="GetUrlAsync"/> instead.
    /// </summary>
    /// <param name="offset">The first byte, from 0.</param>
    /// <param name="count">Bytes, at least 1; null, or more than there are: to the end.</param>
    /// <exception cref="MediaNotFoundException">There is no such object (yet).</exception>
    /// <exception cref="MediaConflictException">The object was replaced since its row was read.</exception>
    /// <inheritdoc cref="GetAsync" path="/exception[@cref='T:PhotoLambda.Media.MediaNotYoursException']"/>
    public Task<MediaStream> OpenAsync(
        MediaCaller caller, Guid id, MediaVariant variant = MediaVariant.Original, long offset = 0, long? count = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        Within(offset, 0, long.MaxValue, nameof(offset));
        Within(count ?? 1, 1, long.MaxValue, nameof(count));
        return _calls.RunAsync(_options.TransferTimeout, async (deadline, token) =>
        {
            var found = await FoundAsync(caller, id, token);
            var file = found.File(variant, isPublic: false);
            var etag = variant == MediaVariant.Original ? found.Row.ETag : null;
            try
            {
                return new MediaStream(
                    await _objects.OpenAsync(file.Bucket, file.Key, etag, offset, count, deadline, token),
                    file.ContentType);
            }
            catch (StoreRefusedException e) when (e.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                throw new ArgumentOutOfRangeException(
                    $"{nameof(offset)} is {offset}; the object has no more bytes than that.", e);
            }
        }, cancellation);
    }

    /// <summary>
    /// A URL that gives one object to whoever has it, without headers. Signing asks the database and nothing else. An
    /// original whose project withholds positions is given as its copy without them.
    /// </summary>
    /// <param name="hours">1 to 168. Temporary credentials may end before.</param>
    /// <inheritdoc cref="OpenAsync" path="/exception[@cref!='T:PhotoLambda.Media.MediaConflictException']"/>
    public Task<Uri> GetUrlAsync(
        MediaCaller caller, Guid id, MediaVariant variant = MediaVariant.Original, int hours = 24,
        CancellationToken cancellation = default)
    {
        Within(hours, LeastHours, MostHours, nameof(hours));
        return QuickAsync(
            caller,
            async token => new Uri(_signer.Sign(
                (await FoundAsync(caller, id, token)).File(variant, isPublic: true), TimeSpan.FromHours(hours))),
            cancellation);
    }

    /// <param name="transcript">Up to 1,000,000 characters; null: none.</param>
    /// <returns>The row of the sound.</returns>
    /// <exception cref="MediaTypeException">It is an image.</exception>
    /// <exception cref="MediaNotYoursException">It is another user's, or system-wide and the caller a user.</exception>
    /// <inheritdoc cref="GetAsync" path="/exception[@cref='T:PhotoLambda.Media.MediaNotFoundException']"/>
    public Task<PhotoRow> SetTranscriptAsync(
        MediaCaller caller, Guid id, string? transcript, CancellationToken cancellation = default)
    {
        MediaText.Transcript(transcript, nameof(transcript));
        return QuickAsync(caller, async token =>
        {
            var row = (await FoundAsync(caller, id, token)).ToChange(caller).Row;
            return row.Kind != "audio"
                ? throw new MediaTypeException($"Medium {id} is an image; only sounds have transcripts.")
                : await _rows.SetTranscriptAsync(caller.OrganizationId, id, transcript, token) ?? throw NotFound(id);
        }, cancellation);
    }

    /// <summary>
    /// Deletes the row, so that nobody sees it any more, and original, thumbnails, visualization and what a CDN has of
    /// it: what cannot be deleted now is left to the sweep.
    /// </summary>
    /// <returns>Whether it was this call that deleted it; false, too, where there was nothing.</returns>
    /// <exception cref="MediaNotYoursException">It is another user's, or system-wide and the caller a user.</exception>
    public Task<bool> DeleteAsync(MediaCaller caller, Guid id, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _calls.RunAsync(_options.Timeout,
            (deadline, token) => _deletions.DeleteAsync(caller, id, deadline, token), cancellation);
    }

    /// <summary>Calls that are under way fail.</summary>
    public void Dispose()
    {
        _http.Dispose();
        _metrics?.Dispose();
    }

    private static MediaNotFoundException NotFound(Guid id) => new($"There is no medium {id} in the organization.");

    private static void Within(long value, long least, long most, string field)
    {
        if (value < least || value > most)
        {
            var range = most == long.MaxValue ? $"at least {least}" : $"{least} to {most}";
            throw new ArgumentOutOfRangeException(field, $"{field} is {value}; it must be {range}.");
        }
    }

    private Task<PhotoRow> UploadAsync(
        MediaKind kind, MediaCaller caller, MediaUpload upload, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(upload);
        return _calls.RunAsync(_options.TransferTimeout,
            (deadline, token) => _uploads.StoreAsync(kind, caller, upload, deadline, token), cancellation);
    }

    private Task<T> QuickAsync<T>(
        MediaCaller caller, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _calls.RunAsync(_options.Timeout, (_, token) => call(token), cancellation);
    }

    private async Task<FoundMedia> FoundAsync(MediaCaller caller, Guid id, CancellationToken cancellation) =>
        await _rows.FindAsync(caller, id, cancellation) ?? throw NotFound(id);
}
