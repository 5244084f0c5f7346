using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>The photos that the caller's organization deleted.</summary>
internal sealed class DeletionStore(NpgsqlDataSource database)
{
    private const int Tries = 3;

    // The sweep leaves a minute to the request that deletes. As long as a ticket is good, an object may still come,
    // again even, once the first is deleted; an upload that began in time may take its time to end.
    // The keys of what is made of the original are deleted also where the row has none: a newer version of the object
    // may have had no thumbnail, and the event of the object may be under way.
    private const string Move = $"""
        with photo as (
          delete from photos where organization_id = $1 and id = $2 and ($4 is null or status = $4)
          returning id, organization_id, s3_bucket, s3_upload_id, expires_at,
            array_remove(array[s3_key_original, s3_key_visualization,
              coalesce(s3_key_thumbnail, case when octet_length(s3_key_original) <= {DerivedKeys.LongestOriginalText}
                then '{DerivedKeys.Thumbnails}' || s3_key_original || '{DerivedKeys.Jpeg}' end),
              case when octet_length(s3_key_original) <= {DerivedKeys.LongestOriginalText}
                then '{DerivedKeys.Public}' || s3_key_original end], null) as s3_keys
        )
        insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, s3_upload_id, requested_by, due_at)
        select id, organization_id, s3_bucket, s3_keys, s3_upload_id, $3,
          greatest(now() + interval '1 minute', expires_at + interval '15 minutes')
        from photo
        returning s3_bucket, s3_keys, s3_upload_id, due_at > now() + interval '1 minute'
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
    /// <returns>False when there was neither the photo nor a deletion of it; the objects when it is this call that
    /// moved the row.</returns>
    public async Task<(bool Found, MovedPhoto? Moved)> MoveAsync(
        string organizationId, Guid id, string? status, string user, CancellationToken cancellation)
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
        string organizationId, Guid id, string? status, string user, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Move, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(user), Sql.Text(status))
            .Add(Find, Sql.Text(organizationId), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellation);
        var moved = await reader.ReadAsync(cancellation)
            ? new MovedPhoto(
                new Deletion(
                    id, reader.GetString(0), reader.GetFieldValue<string[]>(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2)),
                reader.GetBoolean(3))
            : null;
        await reader.NextResultAsync(cancellation);
        return (await reader.ReadAsync(cancellation), moved);
    }
}

/// <param name="MayStillArrive">Its ticket is good, or an upload by it may be under way.</param>
internal sealed record MovedPhoto(Deletion Deletion, bool MayStillArrive);
