using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>
/// Tickets of which some are never used, and uploads of which some lose their event: exactly the unused ones expire.
/// </summary>
internal static class ExpiryBench
{
    private const int Tickets = 10_000;
    private const int Unused = 3_000;
    private const int LostEvents = 500;
    private const int PhotoBytes = 32 * 1024;
    private const int PhotosAtOnce = 16;
    private const int SweepsAtOnce = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // As if their event had never come.
    private const string Lose = """
        update photos set status = 'pending_upload', etag = null, sequencer = null, uploaded_at = null,
          processing_at = null, extractor_version = null
        where id in (select id from photos where status = 'processing' order by id limit $1)
        """;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await using var cloud = await LocalCloudProcess.StartAsync(
            folder.Below("data"), cancellation, server.ConnectionString);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        var clock = Stopwatch.StartNew();
        await UploadAsync(cloud.Api, cancellation);
        await UntilAsync(database, "status = 'processing'", Tickets - Unused, cancellation);
        var uploading = clock.Elapsed;

        await ExecuteAsync(database, Lose, cancellation, LostEvents);
        await ExecuteAsync(database, """
            update photos set expires_at = now() - interval '1 hour', updated_at = now() - interval '1 hour'
            where status = 'pending_upload'
            """, cancellation);
        clock.Restart();
        await SweepAsync(cloud.Api, cancellation);
        await UntilAsync(database, "status = 'failed'", Unused, cancellation);
        var expiring = clock.Elapsed;
        await UntilAsync(database, "status = 'processing'", Tickets - Unused, cancellation);
        var mending = clock.Elapsed;
        return await ReportAsync(database, uploading, expiring, mending, cancellation);
    }

    private static async Task<Report> ReportAsync(
        NpgsqlDataSource database, TimeSpan uploading, TimeSpan expiring, TimeSpan mending,
        CancellationToken cancellation)
    {
        Task<long> Count(string where) => CountAsync(database, where, cancellation);
        var right = await Count("failure_reason like 'expired:%' and uploaded_at is null and file_size_bytes is null");
        var wrong = await Count("status = 'failed'") - right;
        var processing = await Count("status = 'processing'");
        var events = await Count("id in (select photo_id from photo_events where cause = 'ticket expired')");
        return new Report(
            $"{Tickets} tickets, {Unused} unused, {LostEvents} uploads whose event is lost",
            ["", "found", "goal"],
            [
                ["unused tickets expired", Text(right), Goal.AtLeast(Unused, Text(Unused), right)],
                ["others that failed", Text(wrong), Goal.AtMost(0, "0", wrong)],
                ["uploads at the detectors", Text(processing), Goal.AtLeast(Tickets - Unused, "7000", processing)],
                ["expiries in timelines", Text(events), Goal.AtMost(Unused, Text(Unused), events)],
                ["seconds until all had expired", Text(expiring.TotalSeconds, "0.0"), ""],
                ["seconds until all lost events were made good", Text(mending.TotalSeconds, "0.0"), ""],
                ["seconds for tickets, uploads and events", Text(uploading.TotalSeconds, "0.0"), ""],
            ],
            $"{SweepsAtOnce} sweeps at once, all of the local cloud and PostgreSQL on this machine");
    }

    private static async Task UploadAsync(Uri api, CancellationToken cancellation)
    {
        using var client = await ApiClient.SignInAsync(api, cancellation);
        var sample = LargePhoto.WithMorePicture(
            await File.ReadAllBytesAsync(Release.Photo, cancellation), PhotoBytes);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Tickets),
            new ParallelOptions { MaxDegreeOfParallelism = PhotosAtOnce, CancellationToken = cancellation },
            async (number, token) =>
            {
                // Each has content of its own.
                byte[] photo = [.. sample];
                Encoding.ASCII.GetBytes($"{number:D6}").CopyTo(photo.AsSpan()[^16..]);
                var ticket = await client.NewTicketAsync(photo, token);
                if (number % 10 >= Unused * 10 / Tickets)
                {
                    await client.PutAsync(ticket, photo, token);
                }
            });
    }

    private static async Task SweepAsync(Uri api, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = api };
        for (var i = 0; i < SweepsAtOnce; i++)
        {
            using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, cancellation);
            fired.EnsureSuccessStatusCode();
        }
    }

    private static async Task UntilAsync(
        NpgsqlDataSource database, string where, long count, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); await CountAsync(database, where, cancellation) < count;)
        {
            if (clock.Elapsed > Patience)
            {
                throw new BenchException(
                    $"There were no {count} photos with {where} within {Patience.TotalMinutes} min.");
            }

            await Task.Delay(50, cancellation);
        }
    }

    private static async Task<long> CountAsync(
        NpgsqlDataSource database, string where, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select count(*) from photos where {where}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(
        NpgsqlDataSource database, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Text(double number, string format = "0") =>
        number.ToString(format, CultureInfo.InvariantCulture);
}
