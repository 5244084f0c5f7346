using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.Database;

namespace PhotoLambda.Photos;

/// <summary>
/// Photos for code of the same team: of all organizations, so who calls says whose they may be. Every call is one
/// indexed statement, but for <see cref="InsertAsync"/>, and throws an <see cref="NpgsqlException"/> where the database
/// does not answer it.
/// </summary>
/// <param name="database">
/// As <c>photolambda_worker</c>, or as one who has put on that role: with any other, row-level security hides all rows.
/// Its timeouts are those of the calls.
/// </param>
/// <param name="connections">
/// That may share an insertion of 1,000 rows or more. 1 leaves the database a processor, 2 keep both sides busy.
/// </param>
/// <param name="logger">Gets what keeps rows from being stored.</param>
public sealed class PhotoRepository(NpgsqlDataSource database, int connections = 2, ILogger? logger = null)
{
    /// <summary>Rows that a list has at most.</summary>
    public const int MostListed = 10_000;

    internal const string ById = $"select {PhotoRow.Columns} from photos where id = $1";

    internal const string ByKey = $"""
        select {PhotoRow.Columns} from photos where s3_bucket = $1 and s3_key_original = $2
        """;

    // The index has these rows in this order. No page before: all is before the end of time.
    private const string Page = """
        and (created_at, id) < (coalesce($3, 'infinity'), coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        order by created_at desc, id desc limit $5
        """;

    internal const string ByUser = $"""
        select {PhotoRow.Columns} from photos where organization_id = $1 and uploaded_by_user_id = $2 {Page}
        """;

    internal const string Failed = $"""
        select {PhotoRow.Columns} from photos
        where organization_id = $1 and status = 'failed' and failed_at >= coalesce($2, '-infinity') {Page}
        """;

    private readonly BulkInsert _insert = new(
        database, null, StoredEffects.None, AtLeast(1, connections), logger ?? NullLogger.Instance);

    /// <returns>Null when there is no such photo.</returns>
    public Task<PhotoRow?> FindAsync(Guid id, CancellationToken cancellation = default) =>
        OneAsync(Sql.Command(ById, Sql.Uuid(id)), cancellation);

    /// <summary>The photo of an object.</summary>
    /// <returns>Null when the object is nobody's.</returns>
    public Task<PhotoRow?> FindAsync(string bucket, string key, CancellationToken cancellation = default) =>
        OneAsync(Sql.Command(ByKey, Sql.Text(bucket), Sql.Text(key)), cancellation);

    /// <summary>The photos that a user uploaded, newest first.</summary>
    /// <param name="limit">1 to <see cref="MostListed"/>.</param>
    /// <param name="after">The last row of the page before; null: the first page.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is none.</exception>
    public Task<IReadOnlyList<PhotoRow>> ListByUserAsync(
        string organizationId,
        string userId,
        int limit,
        PhotoRow? after = null,
        CancellationToken cancellation = default) =>
        ListAsync(ByUser, organizationId, Sql.Text(userId), limit, after, cancellation);

    /// <summary>
    /// The photos that failed, as <see cref="PhotoRow.FailedBy"/> and <see cref="PhotoRow.FailureReason"/> say; those
    /// that were registered last come first.
    /// </summary>
    /// <param name="since">Of the failure; null: since ever.</param>
    /// <inheritdoc cref="ListByUserAsync" path="/param"/>
    /// <inheritdoc cref="ListByUserAsync" path="/exception"/>
    public Task<IReadOnlyList<PhotoRow>> ListFailedAsync(
        string organizationId,
        int limit,
        DateTimeOffset? since = null,
        PhotoRow? after = null,
        CancellationToken cancellation = default) =>
        ListAsync(Failed, organizationId, Sql.Instant(since), limit, after, cancellation);

    /// <summary>
    /// Stores photos by COPY, five thousand in a transaction: <c>completed</c>, with no timeline, job or look. Who
    /// wants their objects read and detectors to see them sends descriptors to the queue instead: docs/bulk.md. An
    /// event of another version than the row's makes it one to be read and to be detected, as any photo.
    /// </summary>
    /// <param name="photos">Best in the order of their keys.</param>
    /// <param name="cancellation">Rows that are stored stay so.</param>
    /// <returns>What became of the rows, of which a wrong one never takes others along.</returns>
    /// <exception cref="PhotosNotStoredException">
    /// The database was away for some ten seconds, or takes nothing. The call may be made again, any number of times.
    /// </exception>
    /// <exception cref="OperationCanceledException">The same may be said of this.</exception>
    public async Task<InsertedPhotos> InsertAsync(
        IReadOnlyList<NewPhotoRow> photos, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(photos);
        using var rows = new CopyRows();
        var (places, rejects) = Write(photos, rows);
        var (stored, conflicts, left) = (0, 0, 0);
        var outcomes = await _insert.RunAsync(rows, cancellation);
        for (var i = 0; i < outcomes.Length; i++)
        {
            switch (outcomes[i].State)
            {
                case RowState.Stored:
                    stored++;
                    break;
                case RowState.Duplicate:
                    conflicts++;
                    break;
                case RowState.Rejected:
                    rejects.Add(Rejected(places[i], outcomes[i].Reject!));
                    break;
                default:
                    left++;
                    break;
            }
        }

        rejects.Sort((a, b) => a.Index.CompareTo(b.Index));
        var done = new InsertedPhotos(stored, conflicts, rejects);
        if (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new PhotosNotStoredException(done, left);
        }

        return done;
    }

    /// <returns>The index of each row that was written among those that were given, and the others.</returns>
    private static (int[] Places, List<RejectedPhotoRow> Rejects) Write(
        IReadOnlyList<NewPhotoRow> photos, CopyRows rows)
    {
        var writer = new NewRowWriter(rows);
        var (places, rejects) = (new int[photos.Count], new List<RejectedPhotoRow>());
        for (var i = 0; i < places.Length; i++)
        {
            if (writer.Write(photos[i]) is { } reject)
            {
                rejects.Add(Rejected(i, reject));
            }
            else
            {
                places[rows.Count - 1] = i;
            }
        }

        return (places, rejects);
    }

    private static RejectedPhotoRow Rejected(int index, Reject why) =>
        new(index, why.SqlState, why.Field, why.Reason);

    private static int AtLeast(int least, int connections)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, least);
        return connections;
    }

    private async Task<PhotoRow?> OneAsync(NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(command);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? PhotoRow.Map(row) : null;
    }

    private async Task<IReadOnlyList<PhotoRow>> ListAsync(
        string sql,
        string organizationId,
        NpgsqlParameter by,
        int limit,
        PhotoRow? after,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostListed);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(sql, Sql.Text(organizationId), by,
            Sql.Instant(after?.CreatedAt), Sql.Uuid(after?.Id), Sql.Number(limit)));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var rows = new List<PhotoRow>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(PhotoRow.Map(row));
        }

        return rows;
    }
}
