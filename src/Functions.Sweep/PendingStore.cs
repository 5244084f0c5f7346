using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Sweep;

/// <summary>Photos that wait for an object though their tickets have ended, of all organizations.</summary>
internal sealed class PendingStore(NpgsqlDataSource database)
{
    // An upload that began in time ends later, and its event comes later still: 15 minutes of grace, as a deletion has.
    // A row without an end (none is made) counts from its beginning. A claim is a lease that outlasts any invocation,
    // by updated_at: two sweeps never take the same row, and what a killed one had taken comes again. Each look is
    // twice as late as the one before.
    private const string Claim = """
        with due as (
          select id from photos
          where status = 'pending_upload' and updated_at < now() - interval '2 minutes'
            and coalesce(expires_at, created_at) < now() - interval '15 minutes'
            and (looks = 0 or updated_at < now() - interval '15 minutes' * power(2, looks))
          order by updated_at limit $1 for update skip locked
        )
        update photos p set updated_at = now() from due where p.id = due.id
        returning p.id, p.s3_bucket, p.s3_key_original, p.s3_upload_id, p.looks, p.updated_at
        """;

    private const string NoteLooks = """
        with photo as (
          select p.id from photos p join unnest($1::uuid[], $2::timestamptz[]) as c (id, claimed_at) using (id)
          where p.status = 'pending_upload' and p.updated_at = c.claimed_at
          order by p.id for update of p
        )
        update photos p set looks = p.looks + 1, updated_at = now() from photo where p.id = photo.id
        """;

    // While the row is as it was claimed: an event or a fresh ticket in between wins.
    private const string Fail = """
        with before as (
          select p.id from photos p join unnest($1::uuid[], $2::timestamptz[]) as c (id, claimed_at) using (id)
          where p.status = 'pending_upload' and p.updated_at = c.claimed_at
            and coalesce(p.expires_at, p.created_at) < now() - interval '15 minutes'
          order by p.id for update of p
        ), photo as (
          update photos p set status = 'failed', failed_by = $3, failure_reason = $4, failed_at = now(),
            updated_at = now()
          from before b where p.id = b.id
          returning p.id, p.organization_id
        )
        insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
        select id, organization_id, 'pending_upload', 'failed', $5, $4 from photo order by id
        """;

    public async Task<IReadOnlyList<PendingPhoto>> ClaimAsync(int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Claim);
        command.Parameters.Add(Sql.Number(most));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var due = new List<PendingPhoto>();
        while (await row.ReadAsync(cancellation))
        {
            due.Add(new PendingPhoto(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
                row.GetInt16(4), row.GetDateTime(5)));
        }

        return due;
    }

    /// <summary>The objects are to be looked at; if that does not help, again later.</summary>
    /// <returns>How many rows were still as they were claimed.</returns>
    public Task<int> NoteLooksAsync(IReadOnlyCollection<PendingPhoto> photos, CancellationToken cancellation) =>
        ExecuteAsync(NoteLooks, photos, cancellation);

    /// <inheritdoc cref="NoteLooksAsync" path="/returns"/>
    public Task<int> ExpireAsync(IReadOnlyCollection<PendingPhoto> photos, CancellationToken cancellation) =>
        ExecuteAsync(Fail, photos, cancellation, Sql.Text("deadline"),
            Sql.Text("expired: no object came by the ticket"), Sql.Text("ticket expired"));

    /// <inheritdoc cref="NoteLooksAsync" path="/returns"/>
    public Task<int> GiveUpAsync(
        IReadOnlyCollection<PendingPhoto> photos, int looks, CancellationToken cancellation) =>
        ExecuteAsync(Fail, photos, cancellation, Sql.Text("inspection"),
            Sql.Text($"unreadable: the object is there, and {looks} looks at it came to nothing"),
            Sql.Text("object unreadable"));

    private async Task<int> ExecuteAsync(
        string sql, IReadOnlyCollection<PendingPhoto> photos, CancellationToken cancellation,
        params NpgsqlParameter[] more)
    {
        if (photos.Count == 0)
        {
            return 0;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(sql, [
            Sql.Uuids([.. photos.Select(p => p.Id)]),
            Sql.Instants([.. photos.Select(p => new DateTimeOffset(p.ClaimedAt))]), .. more]));
        return await batch.ExecuteNonQueryAsync(cancellation);
    }
}
