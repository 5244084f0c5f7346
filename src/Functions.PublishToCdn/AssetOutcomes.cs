using Npgsql;
using PhotoLambda.Cdn;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>What became of claimed assets.</summary>
internal sealed class AssetOutcomes(NpgsqlDataSource database)
{
    private const string LockPhotos = "select id from photos where cdn_asset_id = $1 order by id for update";

    // 'deleting': its last photo was deleted meanwhile. No row: it was deleted altogether by somebody who took the
    // claim for long over; what was uploaded all the same is to be found again.
    private const string Publish = """
        insert into cdn_assets as a (id, organization_id, provider, variant, content, status, file_id, url, due_at)
        values ($1, $4, $5, $6, $7, 'deleting', $2, $3, now())
        on conflict (id) do update set file_id = excluded.file_id, url = excluded.url, due_at = now(),
          last_error = null, published_at = now(),
          status = case when a.status = 'deleting' then 'deleting' else 'published' end
        """;

    // A statement of its own, so that it sees photos that were linked while the one above waited.
    private const string Show = """
        update photos p set cdn_url = a.url, cdn_due_at = null, cdn_error = null, cdn_attempts = 0
        from cdn_assets a where a.id = $1 and a.status = 'published' and p.cdn_asset_id = a.id
        """;

    // The claim is over, unless the CDN may still be at it: then it lasts as long as it was to last.
    private const string Release = """
        update cdn_assets set last_error = left($2, 500), due_at = case when $3 then due_at else now() end
        where id = $1 and status <> 'published'
        """;

    // Publications end side by side; each of them takes a connection for milliseconds only.
    private static readonly SemaphoreSlim Connections = new(2);

    public Task PublishedAsync(AssetClaim claim, CdnFile file, string provider, CancellationToken cancellation) =>
        RunAsync(
            () =>
            [
                Sql.Command(LockPhotos, Sql.Uuid(claim.AssetId)),
                Sql.Command(Publish,
                    Sql.Uuid(claim.AssetId), Sql.Text(file.Id), Sql.Text(file.Url),
                    Sql.Text(claim.Content.OrganizationId), Sql.Text(provider), Sql.Text(claim.Content.Variant),
                    Sql.Text(claim.Content.Names[0])),
                Sql.Command(Show, Sql.Uuid(claim.AssetId)),
            ],
            cancellation);

    public Task FailedAsync(AssetClaim claim, CdnException failure, CancellationToken cancellation) =>
        RunAsync(
            () =>
            [
                Sql.Command(LockPhotos, Sql.Uuid(claim.AssetId)),
                Sql.Command(Release,
                    Sql.Uuid(claim.AssetId), Sql.Text(failure.Message), Sql.Boolean(failure.IsUncertain)),
                PublishFailure.Command(claim.AssetId, failure.Message, failure.RetryAfter),
            ],
            cancellation);

    private async Task RunAsync(Func<NpgsqlBatchCommand[]> commands, CancellationToken cancellation)
    {
        await Connections.WaitAsync(cancellation);
        try
        {
            await AssetStore.RunAsync(async () =>
            {
                await using var batch = database.CreateBatch();
                foreach (var command in commands())
                {
                    batch.BatchCommands.Add(command);
                }

                return await batch.ExecuteNonQueryAsync(cancellation);
            });
        }
        finally
        {
            Connections.Release();
        }
    }
}
