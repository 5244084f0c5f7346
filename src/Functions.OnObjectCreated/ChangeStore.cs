using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Writes what a batch of events changes: rows, timelines, jobs, strays.</summary>
internal sealed partial class ChangeStore(NpgsqlDataSource database, ILogger logger)
{
    // What was registered without an ETag gets it here: by it, the next version is told from this one.
    private const string Confirm = $"""
        update photos p set sequencer = c.sequencer, awaits_event = false, etag = c.etag,
          version_id = coalesce(p.version_id, c.version_id)
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as c (id, sequencer, etag, version_id)
        where p.id = c.id and p.awaits_event and (p.etag = c.etag or (p.etag is null and {PhotoStore.Unread}))
          and (p.sequencer is null or p.sequencer < c.sequencer collate "C")
        """;

    // A photo was deleted while its object was read: what was made of that came after its deletion, or may have.
    private const string Reopen = """
        update deletions d set finished_at = null, due_at = now(),
          s3_buckets = buckets_of(d) || m.buckets, s3_keys = d.s3_keys || m.keys
        from (
          select id, array_agg(bucket) as buckets, array_agg(key) as keys
          from unnest($1::uuid[], $2::text[], $3::text[]) as u (id, bucket, key) group by id
        ) m
        where d.photo_id = m.id
        """;

    // Of sizes that the project no longer asks for, or of a version whose event was overtaken: all of it is to go with
    // the photo.
    private const string Remember = """
        update photos p set s3_keys_made = array(select distinct k from unnest(p.s3_keys_made || m.keys) k)
        from (
          select id, array_agg(key) as keys from unnest($1::uuid[], $2::text[]) as u (id, key) group by id
        ) m
        where p.id = m.id and not p.s3_keys_made @> m.keys
        """;

    /// <summary>
    /// All in one transaction; where the database refuses one row or ends a deadlock, each change in one of its own.
    /// </summary>
    /// <param name="photoIds">All that the batch told of: what is owed to the queue for them goes now.</param>
    /// <returns>Objects whose changes could not be stored now, and the jobs that are to be sent.</returns>
    public async Task<(IEnumerable<(string Bucket, string Key)> Refused, IReadOnlyList<ClaimedJob> Jobs)> ApplyAsync(
        Changes changes, Guid[] photoIds, CancellationToken cancellation)
    {
        // In one order everywhere: two deliveries of the same events would wait for each other's rows otherwise.
        var all = new ChangeSet(
            [.. changes.Inspections.OrderBy(i => i.Photo.Id)],
            [.. changes.Removals.OrderBy(r => r.Photo.Id)],
            [.. changes.Confirmations.OrderBy(c => c.Photo.Id)],
            [
                .. changes.Strays
                    .OrderBy(s => s.Bucket, StringComparer.Ordinal).ThenBy(s => s.Key, StringComparer.Ordinal),
            ],
            photoIds);
        try
        {
            return await WriteAsync(all, cancellation);
        }
        catch (PostgresException e)
            when (all.Count > 1 && (!e.IsTransient || e.SqlState == PostgresErrorCodes.DeadlockDetected))
        {
            return await WriteEachAsync(all, cancellation);
        }
        catch (NpgsqlException e)
        {
            Log.NotStored(logger, e, all.Count);
            return (all.Objects(), []);
        }
    }

    private async Task<(IEnumerable<(string Bucket, string Key)> Refused, IReadOnlyList<ClaimedJob> Jobs)>
        WriteEachAsync(ChangeSet all, CancellationToken cancellation)
    {
        var (refused, jobs) = (new List<(string, string)>(), new List<ClaimedJob>());
        foreach (var one in all.Each())
        {
            try
            {
                var (again, claimed) = await WriteAsync(one, cancellation);
                refused.AddRange(again);
                jobs.AddRange(claimed);
            }
            catch (NpgsqlException e)
            {
                Log.NotStored(logger, e, 1);
                refused.AddRange(one.Objects());
            }
        }

        return (refused, jobs);
    }

    private async Task<(IEnumerable<(string Bucket, string Key)> Refused, IReadOnlyList<ClaimedJob> Jobs)> WriteAsync(
        ChangeSet set, CancellationToken cancellation)
    {
        // Without a transaction of its own a batch is one: it commits as a whole or not at all.
        await using var batch = database.CreateBatch();
        Add(batch, set);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var applied = await ReadAppliedAsync(row, set, cancellation);
        var jobs = await JobRelay.ReadAsync(row, cancellation);
        // Two deliveries adopted the same object: what the other one stored is not known here.
        var late = set.Inspections.Where(i => i.Photo.State.IsNew && !applied.Contains(i.Photo.Id));
        return (late.Select(i => (i.Photo.Bucket, i.Photo.Key)).ToArray(), jobs);
    }

    /// <returns>The photos whose inspections were written; the reader then stands before the jobs.</returns>
    private static async Task<HashSet<Guid>> ReadAppliedAsync(
        NpgsqlDataReader row, ChangeSet set, CancellationToken cancellation)
    {
        var applied = new HashSet<Guid>();
        if (set.Inspections.Length > 0)
        {
            // Behind the row of the lock.
            await row.NextResultAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                applied.Add(row.GetGuid(0));
            }

            await row.NextResultAsync(cancellation);
        }

        if (set.HasContents)
        {
            // Behind the row of the links.
            await row.NextResultAsync(cancellation);
        }

        return applied;
    }

    private static void Add(NpgsqlBatch batch, ChangeSet set)
    {
        if (set.Inspections.Length > 0)
        {
            batch.BatchCommands.Add(Contents.LockCommand(set.Inspections));
        }

        if (set.Strays.Length > 0)
        {
            batch.BatchCommands.Add(StrayObjects.Command(set.Strays));
        }

        if (set.Confirmations.Length > 0)
        {
            batch.BatchCommands.Add(Sql.Command(Confirm,
                Sql.Uuids([.. set.Confirmations.Select(c => c.Photo.Id)]),
                Sql.Texts([.. set.Confirmations.Select(c => c.Event.Sequencer)]),
                Sql.Texts([.. set.Confirmations.Select(c => c.Event.ETag)]),
                Sql.Texts([.. set.Confirmations.Select(c => c.Event.VersionId)])));
        }

        if (set.Removals.Length > 0)
        {
            batch.BatchCommands.Add(RemovedObjects.Command(set.Removals));
        }

        if (set.Inspections.Any(i => i.Photo.State.IsNew))
        {
            batch.BatchCommands.Add(InspectedObjects.AdoptCommand(set.Inspections.Where(i => i.Photo.State.IsNew)));
        }

        if (set.Inspections.Length > 0)
        {
            batch.BatchCommands.Add(InspectedObjects.Command(set.Inspections));
        }

        (Guid Id, string Bucket, string Key)[] made =
            [.. set.Inspections.SelectMany(i => i.DerivedKeys().Select(key => (i.Photo.Id, i.DerivedBucket!, key)))];
        if (made.Length > 0)
        {
            batch.BatchCommands.Add(Sql.Command(Reopen,
                Sql.Uuids([.. made.Select(m => m.Id)]), Sql.Texts([.. made.Select(m => m.Bucket)]),
                Sql.Texts([.. made.Select(m => m.Key)])));
        }

        (Guid Id, string Key)[] drawn =
            [.. set.Inspections.SelectMany(i => (i.Thumbnails ?? []).Select(t => (i.Photo.Id, t.Key)))];
        if (drawn.Length > 0)
        {
            batch.BatchCommands.Add(Sql.Command(Remember,
                Sql.Uuids([.. drawn.Select(d => d.Id)]), Sql.Texts([.. drawn.Select(d => d.Key)])));
        }

        if (set.HasContents)
        {
            batch.BatchCommands.Add(Contents.LinkCommand(set));
        }

        batch.BatchCommands.Add(JobRelay.ClaimCommand(set.PhotoIds));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Changes of {Objects} objects could not be stored")]
        public static partial void NotStored(ILogger logger, Exception exception, int objects);
    }
}

/// <summary>Changes in the order in which they are written.</summary>
/// <param name="PhotoIds">Of all photos that the batch told of, changed or not: their jobs are to go now.</param>
internal sealed record ChangeSet(
    Inspection[] Inspections,
    Removal[] Removals,
    (Photo Photo, ObjectEvent Event)[] Confirmations,
    ObjectEvent[] Strays,
    Guid[] PhotoIds)
{
    public int Count => Inspections.Length + Removals.Length + Confirmations.Length + Strays.Length;

    /// <summary>Whether photos get or lose content.</summary>
    public bool HasContents => Inspections.Length + Removals.Length > 0;

    public IEnumerable<(string Bucket, string Key)> Objects() =>
        Inspections.Select(i => i.Photo).Concat(Removals.Select(r => r.Photo))
            .Concat(Confirmations.Select(c => c.Photo)).Select(p => (p.Bucket, p.Key))
            .Concat(Strays.Select(s => (s.Bucket, s.Key)));

    /// <summary>One set for each change.</summary>
    public IEnumerable<ChangeSet> Each() =>
        Inspections.Select(i => new ChangeSet([i], [], [], [], [i.Photo.Id]))
            .Concat(Removals.Select(r => new ChangeSet([], [r], [], [], [])))
            .Concat(Confirmations.Select(c => new ChangeSet([], [], [c], [], [])))
            .Concat(Strays.Select(s => new ChangeSet([], [], [], [s], [])));
}
