using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>The real table with all its indexes, emptied before each run.</summary>
internal sealed class BulkTable(NpgsqlDataSource owner)
{
    /// <summary>What every way of inserting fills.</summary>
    public const string Columns = """
        id, organization_id, project_id, uploaded_by_user_id, kind, file_name, upload_source, s3_bucket,
        s3_key_original, etag, sha256, declared_content_type, content_type, declared_size_bytes, file_size_bytes,
        width_px, height_px, orientation, exif_data, gps_coordinates, status, uploaded_at, awaits_event
        """;

    private const string Prepare = """
        insert into organizations (id) values ($1) on conflict do nothing;
        insert into projects (id, organization_id, name) values ($2, $1, 'Bench') on conflict do nothing
        """;

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        foreach (var statement in Prepare.Split(';'))
        {
            await using var command = owner.CreateCommand(statement);
            command.Parameters.Add(new() { Value = BulkRow.Organization });
            command.Parameters.Add(new() { Value = BulkRow.Project });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public async Task EmptyAsync(CancellationToken cancellation)
    {
        await ExecuteAsync("truncate photos, photo_events, outbox", cancellation);
        await ExecuteAsync("vacuum ingest_staging", cancellation);
        // Nobody is to pay for what another wrote.
        await ExecuteAsync("checkpoint", cancellation);
    }

    public async Task<long> CountAsync(string table, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Names of this class's callers.
        await using var command = owner.CreateCommand($"select count(*) from {table}");
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // As above.
        await using var command = owner.CreateCommand(sql);
#pragma warning restore CA2100
        command.CommandTimeout = 3600;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
