using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Media;

/// <summary>
/// Links photos to their visualizations. Before an object is sent, a deletion of it is noted, which the link takes
/// back: so the sweep removes what no photo is linked to in the end, whoever was killed when.
/// </summary>
internal sealed class VisualizationRows(NpgsqlDataSource database, string bucket)
{
    // Of one key, so that whoever plans it and whoever links it see each other.
    private const string LockKey = "select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))";

    private const string Plan = """
        insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, requested_by, due_at)
        select $2, $1, $3, array[$4], 'visualization', $5
        where not exists (select from photos p where p.s3_bucket_visualization = $3 and p.s3_key_visualization = $4)
          and not exists (
            select from deletions d
            where d.finished_at is null and $4 = any (d.s3_keys) and (d.s3_bucket = $3 or $3 = any (d.s3_buckets))
              and (d.attempts > 0 or d.requested_by is distinct from 'visualization'))
        on conflict do nothing
        """;

    private const string Planned = "select from deletions where photo_id = $1";

    // Also what others planned for the key: it is one object. What the sweep has claimed meanwhile may be gone.
    private const string TakeBack = """
        delete from deletions d
        where d.s3_bucket = $2 and d.s3_keys[1] = $3 and d.requested_by = 'visualization' and d.finished_at is null
          and d.attempts = 0 and exists (select from photos p where p.organization_id = $1 and p.id = $4)
        """;

    // A photo has one visualization: the one before it goes.
    private const string Link = """
        with before as (
          select id, organization_id, s3_key_visualization as key,
            coalesce(s3_bucket_visualization, s3_bucket) as bucket
          from photos where organization_id = $1 and id = $4 for update
        ), photo as (
          update photos p set s3_bucket_visualization = $2, s3_key_visualization = $3, updated_at = now()
          from before b
          where p.id = b.id
            and not exists (
              select from deletions d where d.s3_bucket = $2 and d.s3_keys[1] = $3 and d.finished_at is null)
            and not exists (
              select from photos o
              where o.s3_bucket_visualization = $2 and o.s3_key_visualization = $3 and o.id <> $4)
          returning b.organization_id, b.bucket, b.key
        )
        insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, requested_by, due_at)
        select gen_random_uuid(), organization_id, bucket, array[key], 'replacement', now()
        from photo where key is not null and (bucket, key) is distinct from ($2, $3)
        """;

    private const string Linked = $"""
        select {PhotoRow.Columns} from photos
        where organization_id = $1 and id = $4 and s3_bucket_visualization = $2 and s3_key_visualization = $3
        """;

    private const string Forget = """
        delete from deletions where organization_id = $1 and photo_id = $2 and finished_at is null and attempts = 0
        """;

    /// <param name="plan">An id for the deletion that is noted.</param>
    /// <param name="due">When it may be carried out.</param>
    /// <returns>False when the name is taken.</returns>
    public async Task<bool> PlanAsync(
        string organizationId, Guid plan, string key, DateTimeOffset due, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(LockKey, Sql.Text(bucket), Sql.Text(key))
            .Add(Plan, Sql.Text(organizationId), Sql.Uuid(plan), Sql.Text(bucket), Sql.Text(key), Sql.Instant(due))
            .Add(Planned, Sql.Uuid(plan));
        await using var row = await batch.ReadAsync(cancellation);
        // Only what has rows is a result: the lock, and the deletion.
        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation);
    }

    /// <returns>Null when the photo is gone, or the object is another's or is to be deleted.</returns>
    public async Task<PhotoRow?> LinkAsync(
        string organizationId, Guid photo, string key, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        NpgsqlParameter[] Values() =>
            [Sql.Text(organizationId), Sql.Text(bucket), Sql.Text(key), Sql.Uuid(photo)];
        batch.Add(LockKey, Sql.Text(bucket), Sql.Text(key))
            .Add(TakeBack, Values()).Add(Link, Values()).Add(Linked, Values());
        await using var row = await batch.ReadAsync(cancellation);
        // Only what has rows is a result: the lock, and the photo.
        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation) ? PhotoRow.Map(row) : null;
    }

    /// <summary>Nothing was stored by this plan, and another's object must not go by it.</summary>
    public async Task ForgetAsync(string organizationId, Guid plan, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Forget, Sql.Text(organizationId), Sql.Uuid(plan));
        await using var row = await batch.ReadAsync(cancellation);
    }
}
