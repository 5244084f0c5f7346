using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>Lines of a plan that remove something: each is looked at once more before.</summary>
internal sealed class Removals(BucketClient store, NpgsqlDataSource database, string bucket)
{
    // The sweep deletes what the deletion names. An object that was made of the original later is not named yet. No
    // other object can be: plans may be edited.
    private const string Reopen = """
        with named as (
          select ($2, $3) in (select * from unnest(buckets_of(d), d.s3_keys)) as is_there
          from deletions d where d.photo_id = $1
        )
        update deletions d set finished_at = null, due_at = now(), attempts = 0,
          s3_keys = case when is_there then s3_keys else s3_keys || $3 end,
          s3_buckets = case when is_there then s3_buckets else buckets_of(d) || $2 end
        from named
        where photo_id = $1 and s3_bucket = $2 and s3_keys[1] = $4 and finished_at is not null
          and not exists (select from photos where s3_bucket = $2 and s3_key_original = s3_keys[1])
        """;

    private const string IsAwaited = """
        select exists (select from photos
          where s3_bucket = $1 and s3_key_original = $2 and status = 'pending_upload' and s3_upload_id = $3)
        """;

    /// <returns>False when it is no longer so.</returns>
    /// <exception cref="HttpRequestException">The store cannot be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
    public Task<bool> ApplyAsync(Difference line, CancellationToken cancellation) =>
        line.Action == PlanAction.Delete ? DeleteAsync(line, cancellation) : AbortAsync(line, cancellation);

    private async Task<bool> DeleteAsync(Difference line, CancellationToken cancellation)
    {
        using var head = await store.HeadAsync(line.Key, DateTimeOffset.MaxValue, cancellation);
        if (head?.Headers.ETag?.Tag.Trim('"') != line.ETag)
        {
            return false;
        }

        await using var command = database.CreateCommand(Reopen);
        command.Parameters.Add(Sql.Uuid(line.PhotoId));
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Text(line.Key));
        command.Parameters.Add(Sql.Text(DerivedKeys.Original(line.Key) ?? line.Key));
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private async Task<bool> AbortAsync(Difference line, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(IsAwaited);
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Text(line.Key));
        command.Parameters.Add(Sql.Text(line.UploadId));
        if (await command.ExecuteScalarAsync(cancellation) is true)
        {
            return false;
        }

        await store.AbortUploadAsync(line.Key, line.UploadId!, DateTimeOffset.MaxValue, cancellation);
        return true;
    }
}
