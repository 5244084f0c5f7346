using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Objects that are nobody's, noted for whoever looks after the bucket.</summary>
internal static class StrayObjects
{
    // A look has no sequencer: what it saw is newer than the last event, and gives way to the next.
    private const string Note = """
        insert into strays as s (s3_bucket, s3_key, etag, size_bytes, sequencer, is_removed)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[]::boolean[])
        on conflict (s3_bucket, s3_key) do update
        set etag = excluded.etag, size_bytes = excluded.size_bytes,
          sequencer = coalesce(excluded.sequencer, s.sequencer), is_removed = excluded.is_removed, last_seen_at = now()
        where s.sequencer is null or excluded.sequencer is null or s.sequencer < excluded.sequencer
        """;

    public static NpgsqlBatchCommand Command(ObjectEvent[] strays) => Sql.Command(Note,
        Sql.Texts([.. strays.Select(s => s.Bucket)]), Sql.Texts([.. strays.Select(s => s.Key)]),
        Sql.Texts([.. strays.Select(s => s.ETag)]), Sql.Numbers([.. strays.Select(s => (long?)s.Size)]),
        Sql.Texts([.. strays.Select(s => s.Sequencer)]),
        Sql.Texts([.. strays.Select(s => s.Kind == EventKind.Removed ? "true" : "false")]));
}
