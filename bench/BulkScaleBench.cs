using System.Diagnostics;
using System.Globalization;
using Npgsql;
using PhotoLambda.Cli;
using PhotoLambda.Database;
using PhotoLambda.Local.Postgres;
using PhotoLambda.Photos;

namespace PhotoLambda.Bench;

/// <summary>What it costs that millions are there already.</summary>
internal static class BulkScaleBench
{
    private const int Rows = 10_000;
    private const int Rounds = 7;
    private const int Lookups = 5_000;
    private static readonly long[] Sizes = [0, 1_000_000, 10_000_000];

    // As bulk ingest would have left them, older than all that comes; every second one has content and metadata.
    private const string Fill = """
        insert into photos (id, organization_id, project_id, uploaded_by_user_id, file_name, upload_source, s3_bucket,
          s3_key_original, etag, sha256, declared_content_type, content_type, declared_size_bytes, file_size_bytes,
          width_px, height_px, exif_data, status, created_at, uploaded_at, awaits_event)
        select id, 'bench', '00000007-0000-4000-8000-000000000000', 'user-1', 'IMG_' || n || '.jpg', 'bulk',
          'bench-originals', '00000007-0000-4000-8000-000000000000/2025/01/01/' || id || '.jpg',
          case when n % 2 = 0 then md5(n::text) end, case when n % 2 = 0 then sha256(n::text::bytea) end, 'image/jpeg',
          'image/jpeg', 3000000, 3000000, 6000, 4000, '{"camera_make": "Canon", "iso": 200}', 'completed', at, at, true
        from (
          select n, at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id
          from (select n, timestamptz '2025-01-01' + n * interval '1 second' as at
            from generate_series($1::bigint, $2::bigint) n) t) t
        """;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await Migrations.ApplyAsync(new(server.ConnectionString), _ => { }, cancellation);
        await using var owner = NpgsqlDataSource.Create(server.ConnectionString);
        await using var worker = WorkerDatabase.Open(new(server.ConnectionString));
        var table = new BulkTable(owner);
        // With the local cloud's 256 MB a checkpoint comes with every few batches, and each writes whole pages again.
        await table.ExecuteAsync("alter system set max_wal_size = '8GB'", cancellation);
        await table.ExecuteAsync("select pg_reload_conf()", cancellation);
        await table.PrepareAsync(cancellation);
        var rows = new List<string[]>();
        var first = (Plain: 0.0, Full: 0.0);
        var there = 0L;
        await MeasureAsync(new BulkOurs(worker), isPlain: true, cancellation);
        foreach (var size in Sizes)
        {
            there = await FillAsync(owner, there, size, cancellation);
            await table.ExecuteAsync("vacuum analyze photos", cancellation);
            await table.ExecuteAsync("checkpoint", cancellation);
            var plain = await MeasureAsync(new BulkOurs(worker), isPlain: true, cancellation);
            var full = await MeasureAsync(new BulkOurs(worker), isPlain: false, cancellation);
            var (p50, p99) = await LookUpAsync(worker, cancellation);
            first = size == 0 ? (plain, full) : first;
            rows.Add([
                Text(size), Text(plain), Share(plain / first.Plain, size), Text(full), Share(full / first.Full, size),
                $"{Text(p50, "0.000")} / {Text(p99, "0.000")} ms"
                    + (size == Sizes[^1] ? " " + Goal.AtMost(5, "5 ms", p99) : ""),
            ]);
        }

        return new Report(
            $"{Rows} photos at a time into a table that has others: rows per second, from event bytes to commit",
            ["photos there", "plain keys", "of the rate at 0", "with ETag, SHA-256, EXIF", "of the rate at 0",
                "lookup by id, p50 / p99"],
            rows,
            $"Medians of {Rounds} batches, two connections; ETag and SHA-256 are random, so that each row touches two "
            + "pages of indexes that no neighbour touches, and that are written to the log as a whole after each "
            + "checkpoint; keys and ids come in their order and touch the last pages alone");
    }

    private static async Task<long> FillAsync(
        NpgsqlDataSource owner, long there, long size, CancellationToken cancellation)
    {
        const long AtOnce = 500_000;
        for (; there < size; there += AtOnce)
        {
            await using var command = owner.CreateCommand(Fill);
            command.CommandTimeout = 3600;
            command.Parameters.Add(new() { Value = there + 1 });
            command.Parameters.Add(new() { Value = Math.Min(there + AtOnce, size) });
            await command.ExecuteNonQueryAsync(cancellation);
        }

        return size;
    }

    /// <returns>Rows per second.</returns>
    private static async Task<double> MeasureAsync(BulkOurs ours, bool isPlain, CancellationToken cancellation)
    {
        var times = new List<double>();
        for (var run = 0; run < Rounds; run++)
        {
            var input = BulkEvent.Make(BulkRow.Make(run, Rows, isPlain));
            times.Add(await ours.IngestAsync(input, 2, cancellation));
        }

        times.Sort();
        return Rows / times[Rounds / 2] * 1000;
    }

    /// <returns>Milliseconds.</returns>
    private static async Task<(double P50, double P99)> LookUpAsync(
        NpgsqlDataSource worker, CancellationToken cancellation)
    {
        var ids = new List<Guid>();
        await using (var some = worker.CreateCommand(
            "select id from photos tablesample bernoulli (least(100, 20000 * 100.0 / (select greatest(reltuples, 1) "
            + "from pg_class where oid = 'photos'::regclass))) order by random() limit $1"))
        {
            some.Parameters.Add(new() { Value = Lookups });
            await using var row = await some.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                ids.Add(row.GetGuid(0));
            }
        }

        var photos = new PhotoRepository(worker);
        var times = new List<double>(ids.Count);
        foreach (var id in ids)
        {
            var clock = Stopwatch.StartNew();
            _ = await photos.FindAsync(id, cancellation)
                ?? throw new BenchException($"The photo {id} is not found.");
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    private static string Share(double share, long size) => size == Sizes[^1]
        ? Goal.AtLeast(0.8, $"0.8, it is {Text(share, "0.00")}", share)
        : Text(share, "0.00");

    private static string Text(double number, string format = "0") =>
        number.ToString(format, CultureInfo.InvariantCulture);
}
