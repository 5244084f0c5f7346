using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>The photos that messages name, of all organizations.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database)
{
    // The project does without meanwhile, or it is a sound, or nothing that anybody may see, or published already.
    private const string NothingToDo = """
        (not r.publish_to_cdn or p.kind <> 'image' or p.status in ('pending_upload', 'failed') or p.etag is null
          or p.cdn_url is not null)
        """;

    private const string Settle = $"""
        update photos p set cdn_due_at = null from projects r
        where p.id = any ($1) and r.organization_id = p.organization_id and r.id = p.project_id
          and p.cdn_due_at is not null and {NothingToDo}
        """;

    private const string Select = $"""
        select p.id, p.organization_id, case when r.scrub_gps then 'public' else 'original' end, p.s3_bucket,
          p.s3_key_original, p.etag, p.file_size_bytes, encode(p.sha256, 'hex'), p.content_type,
          case when r.scrub_gps then coalesce(p.s3_bucket_derived, p.s3_bucket) else p.s3_bucket end,
          case when r.scrub_gps then p.s3_key_public else p.s3_key_original end
        from photos p join projects r on r.organization_id = p.organization_id and r.id = p.project_id
        where p.id = any ($1) and not {NothingToDo}
        order by p.id
        """;

    /// <summary>Notes which are done without more ado.</summary>
    /// <returns>Those that are not.</returns>
    public async Task<IReadOnlyList<CdnPhoto>> FindAsync(Guid[] ids, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(Settle, Sql.Uuids(ids)));
        batch.BatchCommands.Add(Sql.Command(Select, Sql.Uuids(ids)));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var photos = new List<CdnPhoto>();
        while (await row.ReadAsync(cancellation))
        {
            photos.Add(new CdnPhoto(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetString(5), row.IsDBNull(6) ? null : row.GetInt64(6), row.IsDBNull(7) ? null : row.GetString(7),
                row.IsDBNull(8) ? null : row.GetString(8), row.GetString(9),
                row.IsDBNull(10) ? null : row.GetString(10)));
        }

        return photos;
    }

    /// <summary>Notes that these were not published, without the CDN having been asked.</summary>
    public async Task FailAsync(Guid[] ids, string reason, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(PublishFailure.Command(ids, reason));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
