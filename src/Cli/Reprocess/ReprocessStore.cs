using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Reprocess;

/// <summary>A photo whose object is to be read again.</summary>
internal sealed record ReadPhoto(Guid Id, string Bucket, string Key);

/// <summary>The photos of a selection, over the connection that holds the run's lock.</summary>
internal sealed class ReprocessStore(NpgsqlConnection connection, Selection selection)
{
    // A row without an ETag has no object that could be read.
    private const string Condition = """
        etag is not null and status <> 'pending_upload'
          and ($1::bigint is null or extractor_version < $1)
          and ($2::bigint = 0 or metadata_errors <> '[]' or (status = 'failed' and failed_by = 'inspection'))
          and ($3::uuid is null or project_id = $3)
        """;

    private const string Count = $"select count(*) from photos where {Condition}";

    private const string Next = $"""
        select id, s3_bucket, s3_key_original, now() from photos where id > $4 and {Condition} order by id limit $5
        """;

    // Reading sets updated_at and the version. One that was deleted, or lost its object, is done too.
    private const string Unread = """
        select id from photos
        where id = any ($1) and etag is not null and (updated_at < $2 or extractor_version < $3)
        """;

    private const string ProjectExists = "select exists (select from projects where id = $1)";

    public async Task<bool> HasProjectAsync(CancellationToken cancellation)
    {
        if (selection.Project is null)
        {
            return true;
        }

        await using var command = Sql.Command(connection, ProjectExists, Sql.Uuid(selection.Project));
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Count, Conditions);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <returns>The next photos in the order of their ids, and the database's time.</returns>
    public async Task<(IReadOnlyList<ReadPhoto> Photos, DateTimeOffset Now)> NextAsync(
        Guid after, int most, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Next, [.. Conditions, Sql.Uuid(after), Sql.Number(most)]);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var (photos, now) = (new List<ReadPhoto>(most), default(DateTimeOffset));
        while (await row.ReadAsync(cancellation))
        {
            photos.Add(new ReadPhoto(row.GetGuid(0), row.GetString(1), row.GetString(2)));
            now = row.GetFieldValue<DateTime>(3);
        }

        return (photos, now);
    }

    /// <param name="since">When they were asked to be read.</param>
    /// <returns>Of these photos those that were not read since.</returns>
    public async Task<HashSet<Guid>> UnreadAsync(
        IEnumerable<ReadPhoto> photos, DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Unread, Sql.Uuids([.. photos.Select(p => p.Id)]),
            Sql.Instant(since), Sql.Number(selection.LeastVersion));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var unread = new HashSet<Guid>();
        while (await row.ReadAsync(cancellation))
        {
            unread.Add(row.GetGuid(0));
        }

        return unread;
    }

    private NpgsqlParameter[] Conditions =>
        [Sql.Number(selection.BelowVersion), Sql.Number(selection.Failed ? 1 : 0), Sql.Uuid(selection.Project)];
}
