namespace PhotoLambda.Cli.Cost;

/// <summary>
/// A quantity that no option tells and that nobody knows exactly; <c>--assume name=value</c> changes it.
/// </summary>
/// <param name="Why">What it is, and where the default is from.</param>
internal sealed record Assumption(string Name, decimal Default, decimal Least, decimal Most, string Why);

/// <summary>All of them, with what was given.</summary>
internal sealed class Assumptions
{
    // Measured: on the machine of the README, by the bench that is named. Processor time is that of a whole vCPU.
    public static readonly IReadOnlyList<Assumption> All =
    [
        new("polls", 2, 0, 1_000, "requests for its status, of each uploaded photo"),
        new("requests_per_read", 1, 0, 100, "requests of the API for each download; lists have many links in one"),
        new("request_cpu_ms", 0.24m, 0, 60_000, "of a request; measured: bench tickets 0.11, invoke 0.13"),
        new("request_wait_ms", 5, 0, 60_000, "of a request for the database, through the proxy; assumed"),
        new("photos_per_batch", 1, 1, 1_000, "events of uploads in a batch; measure yours: few photos come together"),
        new("event_cpu_ms", 0.61m, 0, 60_000, "of reading a photo; measured: bench events"),
        new("event_wait_ms", 60, 0, 60_000, "of a batch of up to 16 photos for S3, database and queue; assumed"),
        new("gets_per_photo", 1.06m, 0, 100, "GETs to read metadata; measured: 94.2 % of real photos need one"),
        new("thumbnail_sizes", 1, 1, 4, "of a project, each as WebP and as JPEG"),
        new("thumbnail_cpu_ms", 125, 0, 60_000, "of both, 320 pixels of 24 megapixels; measured: bench thumbnails"),
        new("thumbnail_kb", 60, 0, 10_000, "of both; assumed"),
        new("descriptors_per_message", 500, 1, 10_000, "of photolambda backfill"),
        new("descriptor_bytes", 220, 100, 65_536, "of JSON, with keys of ours"),
        new("rows_per_batch", 5_000, 1, 100_000, "descriptors that BulkIngest gets at a time, where there are enough"),
        new("row_ms", 0.03m, 0, 1_000, "of BulkIngest, with its database; measured: bench bulk, 10,000 in 290 ms"),
        new("photos_per_publication", 10, 1, 200, "photos that PublishToCdn gets at a time"),
        new("publication_ms", 100, 0, 60_000, "of a photo, of which eight are under way; the CDN's share; assumed"),
        new("cdn_misses", 0.1m, 0, 1, "share of CloudFront's requests that go on to S3; assumed"),
        new("sweep_ms", 500, 0, 60_000, "of a sweep that finds little; assumed"),
        new("cold_share", 0.01m, 0, 1, "of invocations that start a process; AWS: under 1 %"),
        new("cold_ms_portable", 435, 0, 10_000, "start and first answer, 512 MB; lambda-perf: dotnet10 254 + 181"),
        new("cold_ms_readytorun", 372, 0, 10_000, "the same; scaled by 107 / 125, measured here"),
        new("cold_ms_aot", 75, 0, 10_000, "the same; lambda-perf: dotnet10 Native AOT 72.5 + 1.9"),
        new("min_acu", 0.5m, 0.5m, 256, "DatabaseMinCapacity"),
        new("db_cpu_ms", 1, 0, 60_000, "of PostgreSQL for each photo; measured: bench events 0.47, the rest requests"),
        new("db_bytes", 4_800, 0, 1_000_000, "of a photo with its timeline, job and indexes; measured: docs/scale.md"),
        new("db_io", 20, 0, 10_000, "I/O of each photo; 13 KB of WAL measured = 4 of 4 KB, 4 commits; reads assumed"),
        new("backup_copies", 1, 0, 100, "of the database, for 14 days back; assumed"),
        new("log_kb_per_request", 2, 0, 1_000, "of a request: lines, metrics, Lambda's, API Gateway's; counted"),
        new("log_kb_per_batch", 1.6m, 0, 1_000, "of any other invocation; counted"),
        new("routes", 8, 1, 40, "of the API that are in use, six metrics each"),
        new("response_kb", 2, 0, 1_000, "of an answer of the API"),
    ];

    private readonly Dictionary<string, decimal> _given = new(StringComparer.Ordinal);

    public decimal this[string name] =>
        _given.TryGetValue(name, out var value) ? value : All.Single(a => a.Name == name).Default;

    /// <param name="given">Each <c>name=value</c>.</param>
    /// <exception cref="FormatException">Names what is wrong.</exception>
    public static Assumptions Read(IEnumerable<string> given)
    {
        var assumptions = new Assumptions();
        foreach (var text in given)
        {
            var (name, value) = text.Split('=', 2) is [var n, var v] ? (n, v) : throw new FormatException(
                $"--assume must be name=value; it was '{Shown.Text(text)}'.");
            var assumption = All.FirstOrDefault(a => a.Name == name) ?? throw new FormatException(
                $"--assume knows no '{Shown.Text(name)}'; --assumptions shows all.");
            var number = Given.Decimal($"--assume {name}", value, assumption.Least, assumption.Most);
            if (!assumptions._given.TryAdd(name, number))
            {
                throw new FormatException($"--assume {name} is given twice.");
            }
        }

        return assumptions;
    }
}
