using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Photos;

/// <summary>The photos that an organization deletes.</summary>
internal sealed class PhotoDeletions(NpgsqlDataSource database)
{
    private const int Tries = 3;

    // The sweep leaves a minute to the request that deletes. As long as a ticket is good, an object may still come,
    // again even, once the first is deleted; an upload that began in time may take its time to end.
    // The keys of what is made of the original are deleted also where the row has none: a newer version of the object
    // may have had no thumbnail.
    private const string Move = $"""
        with photo as (
          delete from photos where organization_id = $1 and id = $2 and ($4 is null or status = $4)
          returning *, coalesce(s3_bucket_derived, s3_bucket) as derived,
            octet_length(s3_key_original) <= {DerivedKeys.LongestOriginalText} as has_derived
        ), object as (
          select array_agg(bucket order by place) as buckets, array_agg(key order by place) as keys
          from photo p cross join lateral (
            values
              (1, p.s3_bucket, p.s3_key_original),
              (2, coalesce(p.s3_bucket_visualization, p.s3_bucket), p.s3_key_visualization),
              (3, p.derived, case when p.has_derived
                then '{DerivedKeys.Thumbnails}' || p.s3_key_original || '{DerivedKeys.Jpeg}' end),
              (4, p.derived, case when p.has_derived then '{DerivedKeys.Public}' || p.s3_key_original end)
            union
            select 5, p.derived, key from unnest(p.s3_keys_made || p.s3_key_thumbnail) key
            where key <> '{DerivedKeys.Thumbnails}' || p.s3_key_original || '{DerivedKeys.Jpeg}'
          ) o (place, bucket, key)
          where key is not null
        )
        insert into deletions as d (
          photo_id, organization_id, s3_bucket, s3_keys, s3_buckets, s3_upload_id, requested_by, due_at)
        select p.id, p.organization_id, p.s3_bucket, o.keys, o.buckets, p.s3_upload_id, $3,
          greatest(now() + interval '1 minute', p.expires_at + interval '15 minutes')
        from photo p cross join object o
        returning {Deletion.Columns}, d.due_at > now() + interval '1 minute', (select cdn_asset_id from photo)
        """;

    // A statement of its own, so that it sees what another deletion committed while the one above waited for it.
    private const string Find = "select from deletions where organization_id = $1 and photo_id = $2";

    private const string Mark = """
        update deletions set attempts = attempts + 1, last_error = left($3, 500),
          finished_at = case when $3 is null then now() end
        where organization_id = $1 and photo_id = $2 and finished_at is null
        """;

    /// <summary>Moves the row of a photo: from then on nobody sees it.</summary>
    /// <param name="status">Which the photo must have; null: any.</param>
    /// <param name="user">Who asked for it; null: nobody in particular.</param>
    /// <returns>False when there was neither the photo nor a deletion of it; the objects when it is this call that
    /// moved the row.</returns>
    public async Task<(bool Found, MovedPhoto? Moved)> MoveAsync(
        string organizationId, Guid id, string? status, string? user, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await MoveOnceAsync(organizationId, id, status, user, cancellation);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < Tries)
            {
                // The relay locks a job and then its photo, the cascade the other way about. One of them goes again.
            }
        }
    }

    /// <param name="error">Why the objects are still there; null when they are deleted for good.</param>
    public async Task MarkAsync(string organizationId, Guid id, string? error, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Mark, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(error));
        await using var reader = await batch.ReadAsync(cancellation);
    }

    private async Task<(bool Found, MovedPhoto? Moved)> MoveOnceAsync(
        string organizationId, Guid id, string? status, string? user, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Move, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(user), Sql.Text(status))
            .Add(Find, Sql.Text(organizationId), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellation);
        var moved = await reader.ReadAsync(cancellation)
            ? new MovedPhoto(
                Deletion.Map(reader), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetGuid(5))
            : null;
        await reader.NextResultAsync(cancellation);
        return (await reader.ReadAsync(cancellation), moved);
    }
}

/// <param name="MayStillArrive">Its ticket is good, or an upload by it may be under way.</param>
/// <param name="CdnAssetId">What the CDN had of it, which other photos may share.</param>
internal sealed record MovedPhoto(Deletion Deletion, bool MayStillArrive, Guid? CdnAssetId);
