using Npgsql;
using PhotoLambda.Cdn;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>
/// The assets of a CDN and the photos that link to them. Everybody locks photos before assets, by id; who links a photo
/// to an asset holds the asset's row, and so does whoever deletes its last photo.
/// </summary>
internal sealed class AssetStore(NpgsqlDataSource database)
{
    private const int Tries = 3;

    // Two transactions with one content would not see each other's asset.
    private const string LockContents = """
        select pg_advisory_xact_lock(k) from (
          select distinct hashtextextended('cdn/' || c, 0) as k from unnest($1::text[]) as c order by 1) as content
        """;

    private const string LockPhotos = "select id from photos where id = any ($1) order by id for update";

    // Photos link at the claim: one that is deleted from now on releases the asset. The lease is longer than any
    // invocation, so that nobody uploads once it is over. The asset of the same bytes may be known by another name:
    // their first photo had no checksum, or this one has none.
    private const string Claim = """
        with photo as (
          select p.id from photos p join unnest($1::uuid[], $2::text[]) as g (id, etag) using (id)
          where p.etag = g.etag and p.status not in ('pending_upload', 'failed')
        ), known as (
          select a.id, a.status, a.url, a.due_at from cdn_assets a
          where a.organization_id = $3 and a.provider = $4 and a.variant = $5 and a.status <> 'deleting'
            and exists (select from photo)
            and (a.content = any ($6) or ($8 and a.id = (
              select q.cdn_asset_id
              from photo join photos p using (id) cross join lateral (
                -- By an index each, and not from the assets, of which an organization may have a million.
                select cdn_asset_id from photos
                where organization_id = $3 and sha256 = p.sha256 and cdn_asset_id is not null
                union all
                select cdn_asset_id from photos
                where organization_id = $3 and etag = p.etag and file_size_bytes = p.file_size_bytes
                  and strpos(p.etag, '-') = 0 and coalesce(sha256 = p.sha256, true) and cdn_asset_id is not null
                offset 0
              ) q
              join cdn_assets b on b.id = q.cdn_asset_id and b.organization_id = $3 and b.provider = $4
                and b.variant = $5 and b.status <> 'deleting'
              limit 1)))
          order by a.status = 'published' desc, a.id limit 1 for update of a
        ), made as (
          insert into cdn_assets (id, organization_id, provider, variant, content, due_at)
          select $7, $3, $4, $5, ($6)[1], now() + interval '2 minutes'
          where exists (select from photo) and not exists (select from known)
          on conflict do nothing
          returning id
        ), taken as (
          update cdn_assets a set due_at = now() + interval '2 minutes'
          from known k where a.id = k.id and k.status = 'publishing' and k.due_at <= now()
          returning a.id
        ), asset as (
          select id, status = 'published' as is_published, url, exists (select from taken) as is_mine from known
          union all select id, false, null, true from made
        ), linked as (
          update photos p set cdn_asset_id = a.id, cdn_url = case when a.is_published then a.url end,
            cdn_due_at = case when not a.is_published then coalesce(p.cdn_due_at, now() + interval '10 minutes') end,
            cdn_error = case when not a.is_published then p.cdn_error end,
            cdn_attempts = case when a.is_published then 0 else p.cdn_attempts end
          from photo, asset a where p.id = photo.id
          returning p.id
        )
        select id, is_published, is_mine, (select array_agg(id) from linked) from asset
        """;

    private const string Link = """
        with asset as (
          select id, url from cdn_assets where id = $3 and status = 'published' for share
        )
        update photos p set cdn_asset_id = a.id, cdn_url = a.url, cdn_due_at = null, cdn_error = null,
          cdn_attempts = 0
        from unnest($1::uuid[], $2::text[]) as g (id, etag), asset a
        where p.id = g.id and p.etag = g.etag and p.status not in ('pending_upload', 'failed')
        returning p.id
        """;

    /// <summary>Links photos to an asset, if it is still published.</summary>
    /// <returns>False where it is not.</returns>
    public Task<bool> LinkAsync(Content content, Guid assetId, CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(LockPhotos, Sql.Uuids(Ids(content))));
        batch.BatchCommands.Add(Sql.Command(
            Link, Sql.Uuids(Ids(content)), Sql.Texts(ETags(content)), Sql.Uuid(assetId)));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation);
    });

    public Task<IReadOnlyList<AssetClaim>> ClaimAsync(
        IReadOnlyList<Content> contents, ICdnPublisher publisher, CancellationToken cancellation) =>
        RunAsync(() => ClaimOnceAsync(contents, publisher, cancellation));

    /// <summary>Runs a transaction, and again where it was ended because it waited in a circle.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> transaction)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Tries)
            {
                // One of both goes again.
            }
        }
    }

    private async Task<IReadOnlyList<AssetClaim>> ClaimOnceAsync(
        IReadOnlyList<Content> contents, ICdnPublisher publisher, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(LockContents, Sql.Texts([.. contents.SelectMany(c => c.Places())])));
        batch.BatchCommands.Add(Sql.Command(LockPhotos, Sql.Uuids([.. contents.SelectMany(Ids)])));
        foreach (var content in contents)
        {
            batch.BatchCommands.Add(Sql.Command(Claim,
                Sql.Uuids(Ids(content)), Sql.Texts(ETags(content)), Sql.Text(content.OrganizationId),
                Sql.Text(publisher.Provider), Sql.Text(content.Variant), Sql.Texts([.. content.Names]),
                Sql.Uuid(Guid.CreateVersion7()), Sql.Boolean(publisher.CopiesContent)));
        }

        await using var row = await batch.ExecuteReaderAsync(cancellation);
        await row.NextResultAsync(cancellation);
        var claims = new List<AssetClaim>(contents.Count);
        foreach (var content in contents)
        {
            await row.NextResultAsync(cancellation);
            claims.Add(await row.ReadAsync(cancellation)
                ? new AssetClaim(
                    content,
                    row.GetBoolean(1) ? ClaimState.Published : row.GetBoolean(2) ? ClaimState.Mine : ClaimState.Others,
                    row.GetGuid(0),
                    row.GetFieldValue<Guid[]>(3))
                : new AssetClaim(content, ClaimState.Gone, default, []));
        }

        return claims;
    }

    private static Guid[] Ids(Content content) => [.. content.Photos.Select(p => p.Id)];

    private static string[] ETags(Content content) => [.. content.Photos.Select(p => p.ETag)];
}
