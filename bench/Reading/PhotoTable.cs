using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>A million photos of one organization, and a tenth as many of twenty others.</summary>
internal static class PhotoTable
{
    public const string Organization = "org-0";
    public const int Photos = 1_000_000;

    /// <summary>Of those of <see cref="Organization"/>, which has a hundred.</summary>
    public const string Project = "00000007-0000-4000-8000-000000000000";

    // Two years, newest last. A user has three projects, a session of about forty photos one; 94 in 100 are completed.
    private const string Fill = """
        insert into organizations (id) select 'org-' || o from generate_series(0, 20) o;
        insert into projects (id, organization_id, name)
        select (lpad(to_hex(p), 8, '0') || '-0000-4000-8000-000000000000')::uuid,
          'org-' || case when p < 100 then 0 else p - 99 end, 'Project ' || p
        from generate_series(0, 119) p;
        insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
          correlation_id, s3_bucket, s3_key_original, etag, sequencer, declared_content_type, declared_size_bytes,
          content_type, file_size_bytes, width_px, height_px, exif_data, gps_coordinates, taken_at, taken_at_source,
          status, detections, created_at, updated_at, uploaded_at)
        select (id || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
          'org-' || case when p < 100 then 0 else p - 99 end, project, 'user-' || (p + 33 * (n / 100 % 3)) % 100,
          'session-' || p || '-' || n / 4400, case when random() < 0.02 then 'audio' else 'image' end,
          'IMG_' || n || '.jpg', 'bench-' || n, 'bench-originals', project || '/' || n || '.jpg', md5(n::text),
          lpad(to_hex(n), 18, '0'), 'image/jpeg', 3000000, 'image/jpeg', 3000000, 4032, 3024,
          jsonb_build_object('camera_make', 'Bench', 'camera_model', 'B-1', 'lens_model', 'B 24-70mm f/2.8', 'iso', 200,
            'orientation', 1, 'exposure_time', '1/250', 'f_number', 5.6, 'taken_at', created_at - interval '3 hours'),
          jsonb_build_object('latitude', 46.5, 'longitude', 8.25),
          case when random() < 0.85 then created_at at time zone 'UTC' - random() * interval '30 days' end,
          'exif_original',
          coalesce((array['pending_upload', 'uploaded', 'processing', 'failed', 'failed', 'failed'])
            [(random() * 100)::integer], 'completed'),
          '[{"label": "boat", "score": 0.93}]', created_at, created_at, created_at
        from (
          select n, p, (lpad(to_hex(p), 8, '0') || '-0000-4000-8000-000000000000')::uuid as project, created_at,
            lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' as id
          from (
            select n, case when n % 11 = 0 then 100 + n / 11 % 20 else n * 37 % 100 end as p,
              timestamptz '2025-01-01' + n * interval '57 seconds' as created_at
            from generate_series(1, $1) n) as row) as row
        """;

    public static async Task FillAsync(string owner, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(owner) { CommandTimeout = 0, Options = "-c synchronous_commit=off" }
                .ConnectionString);
        await connection.OpenAsync(cancellation);
        var fill = Fill.Replace("$1", $"{Photos / 10 * 11}", StringComparison.Ordinal);
        foreach (var statement in (string[])[fill, "vacuum analyze", "checkpoint"])
        {
            // The text is a constant of this file with a number in it.
#pragma warning disable CA2100
            await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <returns>Ids of photos from all over the table.</returns>
    public static async Task<IReadOnlyList<Guid>> SampleAsync(string owner, int count, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            select id from photos tablesample system (10) repeatable (1) where organization_id = $1
            order by md5(id::text) limit $2
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = Organization });
        command.Parameters.Add(new NpgsqlParameter { Value = count });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<Guid>();
        while (await row.ReadAsync(cancellation))
        {
            ids.Add(row.GetGuid(0));
        }

        return ids;
    }
}
