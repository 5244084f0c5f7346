using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Bulk;

/// <summary>What stored photos cause besides their rows.</summary>
internal enum StoredEffects
{
    /// <summary>They are completed: nobody waits for a detector.</summary>
    None,

    /// <summary>A row of the timeline, a job for detectors, a look at the object where it was not read.</summary>
    JobsAndLooks,
}

/// <summary>
/// Some rows on their way from COPY to their tables, in one transaction. The statements, in their order.
/// </summary>
/// <param name="id">By which the rows are told from those of other transactions.</param>
/// <param name="originalsBucket">Where projects have keys of their own; null: the writer may name any object.</param>
internal sealed class StagedRows(NpgsqlConnection connection, Guid id, string? originalsBucket)
{
    public Guid Id => id;

    // What a tenant may not say, or the database does not know. A key is a project's where it begins with the
    // project's id, as tickets make it, or where an adoption says so; the longest prefix counts.
    private const string Judge = """
        select position, fault, coalesce(most, 0), coalesce(array_to_string(allowed_types, ', '), '') from (
          select s.position, r.allowed_types, m.most, case
            when r.id is null then 'project'
            when s.content_type <> all (r.allowed_types) then 'type'
            when s.file_size_bytes > m.most then 'size'
            when $2 is not null and not (
              s.s3_bucket = $2 and starts_with(s.s3_key, s.project_id::text || '/')
              or coalesce((
                select (a.organization_id, a.project_id) = (s.organization_id, s.project_id) from adoptions a
                where a.s3_bucket = s.s3_bucket and starts_with(s.s3_key, a.key_prefix)
                order by length(a.key_prefix) desc limit 1), false)) then 'key'
            when exists (
              select from deletions d
              where d.s3_bucket = s.s3_bucket and d.s3_keys[1] = s.s3_key
                and (d.finished_at is null or d.finished_at > now() - interval '1 hour')) then 'deleted'
            end as fault
          from ingest_staging s
          left join projects r on r.organization_id = s.organization_id and r.id = s.project_id
          cross join lateral (
            select case s.kind when 'audio' then r.max_audio_bytes else r.max_image_bytes end as most) m
          where s.staging_id = $1
        ) judged where fault is not null
        """;

    // Of five thousand rows, in which they are sorted; PostgreSQL's own 4 MB would send them to the disk.
    private const string Room = "set local work_mem = '16MB'";

    private const string Refuse = "delete from ingest_staging where staging_id = $1 and position = any ($2)";

    // A project that does not keep positions takes metadata from the object alone, as its policy is applied there.
    private const string Store = """
        insert into photos (
          id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name, upload_source,
          correlation_id, s3_bucket, s3_key_original, etag, version_id, sha256, declared_content_type, content_type,
          declared_size_bytes, file_size_bytes, width_px, height_px, display_width_px, display_height_px, orientation,
          duration_ms, bitrate_bps, sample_rate_hz, channels, exif_data, gps_coordinates, taken_at,
          taken_at_offset_minutes, taken_at_source, extractor_version, status, completed_at, detection_types, priority,
          uploaded_at, awaits_event, bulk_id)
        select s.id, s.organization_id, s.project_id, uploaded_by_user_id, session_id, kind, file_name, 'bulk',
          correlation_id, s3_bucket, s3_key, etag, version_id, sha256, content_type, content_type,
          file_size_bytes, file_size_bytes, width_px, height_px, display_width_px, display_height_px,
          case when r.gps = 'keep' then orientation end, duration_ms, bitrate_bps, sample_rate_hz, channels,
          case when r.gps = 'keep' then exif_data end, case when r.gps = 'keep' then gps_coordinates end,
          case when r.gps = 'keep' then taken_at end, case when r.gps = 'keep' then taken_at_offset_minutes end,
          case when r.gps = 'keep' then taken_at_source end, extractor_version,
          $2, case when $2 = 'completed' then now() end,
          coalesce(detection_types, '{}'), coalesce(priority, 'normal'), coalesce(uploaded_at, now()), true, bulk_id
        from ingest_staging s
        join projects r on r.organization_id = s.organization_id and r.id = s.project_id
        where s.staging_id = $1
        order by s.position
        on conflict do nothing
        """;

    // What follows is made of the staged rows that are stored now: as parts of the statement above, with its RETURNING,
    // it would take half as long again.
    private const string Events = """
        insert into photo_events (photo_id, organization_id, to_status, cause)
        select id, organization_id, 'uploaded', 'registered in bulk' from ingest_staging where staging_id = $1
        """;

    // The first job of a photo has the photo's id: there is one for one row, whoever brings it how often.
    private const string Jobs = """
        insert into outbox (job_id, photo_id, organization_id, queue, due_at)
        select id, id, organization_id, 'detection', now() + interval '1 minute'
        from ingest_staging where staging_id = $1
        """;

    private const string Looks = """
        insert into outbox (job_id, photo_id, photo_ids, organization_id, queue)
        select gen_random_uuid(), gen_random_uuid(), array_agg(id), organization_id, 'look'
        from (
          select id, organization_id, (row_number() over () - 1) / 20 as message
          from ingest_staging where staging_id = $1 and extractor_version is null) unread
        group by organization_id, message
        """;

    // Only when some were not stored. A photo that this transaction made was not there before.
    private const string Tell = """
        select s.position, s.id,
          p.xmin is not distinct from pg_current_xact_id()::xid and p.s3_bucket = s.s3_bucket
            and p.s3_key_original = s.s3_key,
          exists (select from photos k where k.s3_bucket = s.s3_bucket and k.s3_key_original = s.s3_key),
          p.id is not null
        from ingest_staging s left join photos p on p.id = s.id
        where s.staging_id = $1
        order by s.position
        """;

    private const string Clear = "delete from ingest_staging where staging_id = $1";

    /// <param name="told">What becomes of the rows, by their positions: gets those that are refused.</param>
    /// <returns>How many rows are left to be stored.</returns>
    public async Task<int> JudgeAsync(RowOutcome[] told, CancellationToken cancellation)
    {
        var refused = new List<int>();
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(Sql.Command(Room));
            batch.BatchCommands.Add(Sql.Command(Judge, Sql.Uuid(id), Sql.Text(originalsBucket)));
            await using var row = await batch.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                refused.Add(row.GetInt32(0));
                told[row.GetInt32(0)] = new RowOutcome(
                    RowState.Rejected, RowRejects.Of(row.GetString(1), row.GetInt64(2), row.GetString(3)));
            }
        }

        await RefuseAsync([.. refused], cancellation);
        return told.Length - refused.Count;
    }

    /// <param name="told">Gets the rows that are not refused.</param>
    /// <param name="left">How many these are.</param>
    public async Task StoreAsync(RowOutcome[] told, int left, StoredEffects effects, CancellationToken cancellation)
    {
        await using (var store = Sql.Command(connection, Store, Sql.Uuid(id),
            Sql.Text(effects == StoredEffects.None ? PhotoStatus.Completed : PhotoStatus.Uploaded)))
        {
            if (await store.ExecuteNonQueryAsync(cancellation) == left)
            {
                foreach (ref var outcome in told.AsSpan())
                {
                    outcome = outcome.State == RowState.Pending ? new RowOutcome(RowState.Stored) : outcome;
                }
            }
            else
            {
                await TellAsync(told, cancellation);
                await RefuseAsync(
                    [.. Enumerable.Range(0, told.Length).Where(i => told[i].State != RowState.Stored)], cancellation);
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in effects == StoredEffects.None ? [Clear] : (string[])[Events, Jobs, Looks, Clear])
        {
            batch.BatchCommands.Add(Sql.Command(statement, Sql.Uuid(id)));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private async Task RefuseAsync(int[] positions, CancellationToken cancellation)
    {
        if (positions.Length > 0)
        {
            await using var refuse = Sql.Command(connection, Refuse, Sql.Uuid(id), Sql.Integers(positions));
            await refuse.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task TellAsync(RowOutcome[] told, CancellationToken cancellation)
    {
        var stored = new HashSet<Guid>();
        await using var tell = Sql.Command(connection, Tell, Sql.Uuid(id));
        await using var row = await tell.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            told[row.GetInt32(0)] = (row.GetBoolean(2) && stored.Add(row.GetGuid(1)), row.GetBoolean(3)) switch
            {
                (true, _) => new RowOutcome(RowState.Stored),
                (_, true) => new RowOutcome(RowState.Duplicate),
                _ => new RowOutcome(RowState.Rejected, RowRejects.Kept(row.GetBoolean(4) ? row.GetGuid(1) : null)),
            };
        }
    }
}
