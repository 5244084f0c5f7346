using System.Globalization;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Reading among a million photos, over HTTP.</summary>
internal static class PhotosBench
{
    private const int Reads = 5_000;
    private const int Pages = 300;
    private const int WarmUps = 500;
    private const double Milliseconds = 5;

    // Of page 1,000 to page 1: "flat", with room for the noise of a machine that does other things.
    private const double Flat = 1.5;

    private static readonly int[] PageNumbers = [1, 10, 100, 1_000];

    private static readonly string[] Filters =
    [
        "status=completed", "status=failed", "status=processing", "kind=image", "kind=audio", "uploaded_by=user-7",
        "session_id=session-7-200", "created_from=2026-01-01T00:00:00Z&created_to=2026-02-01T00:00:00Z",
        "taken_from=2026-01-01T00:00:00&taken_to=2026-02-01T00:00:00",
    ];

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var database = await LocalDatabase.StartAsync(null, folder.Below("db"), _ => { }, cancellation);
        await PhotoTable.FillAsync(database.Owner, cancellation);
        using var api = await ApiProcess.StartAsync(database.Api, cancellation);
        var rows = new List<string[]> { await ReadPhotosAsync(api, database, cancellation) };
        rows.AddRange(await ReadPagesAsync(api, cancellation));
        foreach (var filter in Filters)
        {
            rows.Add(Row($"`{filter}`", await ListAsync(api, filter, cancellation)));
            rows.Add(Row("the same in a project", await ListAsync(
                api, $"{filter}&project_id={PhotoTable.Project}", cancellation)));
        }

        return new Report(
            "Reading among 1,000,000 photos of one organization and 100,000 of others, milliseconds",
            ["", "n", "p50", "p95", "p99", "max", "goal"],
            rows,
            "Over HTTP, one client, one request after the other, from asking to the last byte; one process of the API on "
            + "Kestrel; lists of 50, first pages unless said otherwise; PostgreSQL as it comes, after VACUUM ANALYZE");
    }

    private static async Task<string[]> ReadPhotosAsync(
        ApiProcess api, LocalDatabase database, CancellationToken cancellation)
    {
        var ids = await PhotoTable.SampleAsync(database.Owner, WarmUps + Reads, cancellation);
        var samples = new Samples();
        for (var i = 0; i < ids.Count; i++)
        {
            var time = await api.TimeAsync($"/api/v1/photos/{ids[i]}", cancellation);
            if (i >= WarmUps)
            {
                samples.Add(time);
            }
        }

        return Row("`GET photo`, any of them", samples, Goal.AtMost(Milliseconds, "5 ms p99", samples.Percentile(99)));
    }

    private static async Task<List<string[]>> ReadPagesAsync(ApiProcess api, CancellationToken cancellation)
    {
        var paths = new Dictionary<int, string>();
        var path = "/api/v1/photos?limit=50";
        for (var number = 1; number <= PageNumbers[^1]; number++)
        {
            paths[number] = path;
            path = $"/api/v1/photos?limit=50&cursor={await api.NextCursorAsync(path, cancellation)}";
        }

        // In turns, so that what the machine does meanwhile falls on all of them.
        var samples = PageNumbers.ToDictionary(n => n, _ => new Samples());
        for (var i = 0; i < Pages; i++)
        {
            foreach (var number in PageNumbers)
            {
                samples[number].Add(await api.TimeAsync(paths[number], cancellation));
            }
        }

        return [.. PageNumbers.Select(n => Row(
            $"list, page {n.ToString("N0", CultureInfo.InvariantCulture)}", samples[n],
            n == 1 ? "" : Goal.AtMost(Flat, "1.5 × page 1 p50", samples[n].Median / samples[1].Median)))];
    }

    private static async Task<Samples> ListAsync(ApiProcess api, string filter, CancellationToken cancellation)
    {
        var samples = new Samples();
        for (var i = -10; i < Pages; i++)
        {
            var time = await api.TimeAsync("/api/v1/photos?limit=50&" + filter, cancellation);
            if (i >= 0)
            {
                samples.Add(time);
            }
        }

        return samples;
    }

    private static string[] Row(string name, Samples samples, string goal = "") =>
    [
        name,
        samples.Count.ToString("N0", CultureInfo.InvariantCulture),
        .. new double[] { 50, 95, 99, 100 }.Select(
            p => samples.Percentile(p).ToString("0.00", CultureInfo.InvariantCulture)),
        goal,
    ];
}
