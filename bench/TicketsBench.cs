using System.Globalization;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>
/// <c>POST /api/v1/photos/upload-url</c> over HTTP with PostgreSQL: ours, the same route in Python, and the bare
/// statements, in turn and all on this machine.
/// </summary>
internal static class TicketsBench
{
    private const int Rounds = 5;
    private const int Seconds = 6;
    private const double Times = 8;
    private const double Late = 0.1;
    private const double CpuMicroseconds = 100;
    private const double ShareOfDatabase = 0.75;

    private static readonly string Install = Python.Install(
        "wrk", "postgresql", "postgresql-contrib", "python3-fastapi", "python3-uvicorn", "python3-uvloop",
        "python3-httptools", "python3-asyncpg", "python3-boto3", "python3-jwt", "python3-cryptography");

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        await DemandAsync(cancellation);
        using var folder = new TemporaryFolder();
        await using var stage = await TicketStage.StartAsync(folder, cancellation);
        using var theirs = TicketService.FastApi(stage);
        using var ours = TicketService.Ours(stage);
        await theirs.ReadyAsync(stage, cancellation);
        await ours.ReadyAsync(stage, cancellation);
        var database = new Samples();
        for (var round = -1; round < Rounds; round++)
        {
            var their = await theirs.MeasureAsync(stage, Seconds, cancellation);
            var our = await ours.MeasureAsync(stage, Seconds, cancellation);
            var statements = await PgBench.RunAsync(stage.Database.Api, Seconds, cancellation);
            if (round >= 0)
            {
                theirs.Samples.Add(their);
                ours.Samples.Add(our);
                database.Add(statements);
            }
        }

        return Report(theirs.Samples, ours.Samples, database.Median);
    }

    /// <exception cref="BenchException">Names the packages to install.</exception>
    private static async Task DemandAsync(CancellationToken cancellation)
    {
        var wrk = await Command.RunAsync("/", ["wrk", "-v"], cancellation);
        var pgbench = await Command.RunAsync("/", ["pgbench", "--version"], cancellation);
        if (wrk.IsMissing || pgbench.IsMissing || !await Python.HaveAsync(
            cancellation, "fastapi", "uvicorn", "uvloop", "httptools", "asyncpg", "boto3", "jwt", "cryptography"))
        {
            throw new BenchException($"This bench needs Debian's packages of its peers. Run: {Install}");
        }
    }

    private static Report Report(LoadSamples theirs, LoadSamples ours, double database)
    {
        var (our, their) = (ours.PerSecond.Median, theirs.PerSecond.Median);
        return new Report(
            "Tickets over HTTP with PostgreSQL on the same machine",
            ["", "requests/s", "p50, ms", "p99, ms", "server CPU each, µs", "× FastAPI", "of pgbench"],
            [
                Row("FastAPI, asyncpg, boto3", theirs, their, database),
                Row("ours, on Kestrel", ours, their, database),
                ["pgbench, our statements", Text(database, "N0"), "–", "–", "–", Text(database / their, "0.0"), "100 %"],
                [
                    "goals of ours",
                    "",
                    "",
                    Goal.AtMost(Late, "a tenth", ours.Late.Median / theirs.Late.Median),
                    Goal.AtMost(CpuMicroseconds, "100", ours.Cpu.Median),
                    Goal.AtLeast(Times, "8", our / their),
                    Goal.AtLeast(ShareOfDatabase, "75 %", our / database),
                ],
            ],
            $"One process each, {Wrk.Connections} connections, RS256 tokens of 5,000 users of one organization; medians "
            + $"of {Rounds} turns of {Seconds} s in alternation; no log line for a request; server CPU is that of the "
            + "HTTP server alone. The peer inserts one row; ours also checks tenant, project, policy and rate limit and "
            + "writes the timeline; pgbench sends each ticket alone");
    }

    private static string[] Row(string name, LoadSamples load, double their, double database) =>
    [
        name,
        Text(load.PerSecond.Median, "N0"),
        Text(load.Median.Median, "0.0"),
        Text(load.Late.Median, "0.0"),
        Text(load.Cpu.Median, "N0"),
        Text(load.PerSecond.Median / their, "0.0"),
        Text(load.PerSecond.Median / database, "0 %"),
    ];

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
