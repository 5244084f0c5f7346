using System.Globalization;
using Npgsql;
using PhotoLambda.Cli;
using PhotoLambda.Database;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>The same photos into the same table, by us and by others, in turns.</summary>
internal static class BulkBench
{
    private const int Warming = 3;
    private const int Rounds = 9;
    private const int Rows = 10_000;

    // One row takes as long as another: a tenth is enough to tell.
    private const int RowsOneByOne = 1_000;
    private const int SmallRounds = 60;
    private const int SmallRows = 100;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        if (!await Python.HaveAsync(cancellation, "asyncpg"))
        {
            throw new BenchException($"Python's asyncpg is missing: {Python.Install(AsyncpgPeer.Packages)}");
        }

        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await Migrations.ApplyAsync(new(server.ConnectionString), _ => { }, cancellation);
        await using var owner = NpgsqlDataSource.Create(server.ConnectionString);
        await using var worker = WorkerDatabase.Open(new(server.ConnectionString));
        var table = new BulkTable(owner);
        await table.PrepareAsync(cancellation);
        var stage = new Stage(server.ConnectionString, table, new BulkOurs(worker), folder);
        return await MeasureAsync(stage, cancellation);
    }

    private static async Task<Report> MeasureAsync(Stage stage, CancellationToken cancellation)
    {
        var url = Url(stage.Database);
        using var psql = new PsqlPeer(url);
        using var python = new AsyncpgPeer(url);
        var times = new Dictionary<string, List<double>>();
        void Note(string name, double milliseconds, int rows = Rows)
        {
            times.TryAdd(name, []);
            times[name].Add(milliseconds * Rows / rows);
        }

        for (var run = -Warming; run < Rounds; run++)
        {
            // The first rounds warm everybody up.
            Action<string, double, int> note = run < 0 ? (_, _, _) => { } : Note;
            var rows = BulkRow.Make(run, Rows);
            var input = BulkEvent.Make(rows);
            var file = stage.Folder.Below("rows.bin");
            await stage.EmptyAsync(cancellation);
            var (alone, cpu) = await stage.Ours.InsertAsync(rows, 1, cancellation);
            note("rows alone, one connection", alone, Rows);
            note("cpu", cpu, Rows);
            var completed = stage.Folder.Below("completed.bin");
            await psql.SaveAsync(file, "uploaded", cancellation);
            await psql.SaveAsync(completed, "completed", cancellation);

            await stage.EmptyAsync(cancellation);
            note("psql", await psql.LoadAsync(file, cancellation), Rows);
            await stage.EmptyAsync(cancellation);
            note("psql completed", await psql.LoadAsync(completed, cancellation), Rows);
            await stage.EmptyAsync(cancellation);
            note("event, two connections", await stage.Ours.IngestAsync(input, 2, cancellation), Rows);
            await stage.CheckAsync(Rows, cancellation);
            await stage.EmptyAsync(cancellation);
            note("event, one connection", await stage.Ours.IngestAsync(input, 1, cancellation), Rows);
            await stage.EmptyAsync(cancellation);
            note("rows alone, two connections", (await stage.Ours.InsertAsync(rows, 2, cancellation)).Elapsed, Rows);
            await stage.EmptyAsync(cancellation);
            note("asyncpg", await python.InsertAsync(rows, stage.Folder.Below("rows.json"), cancellation), Rows);
            await stage.EmptyAsync(cancellation);
            note("ef", await EfPeer.AddRangeAsync(stage.Database, rows, cancellation), Rows);
            if (run is 0 or 1)
            {
                await stage.EmptyAsync(cancellation);
                note("ef one by one", await EfPeer.RowByRowAsync(
                    stage.Database, rows[..RowsOneByOne], cancellation), RowsOneByOne);
            }
        }

        await stage.EmptyAsync(cancellation);
        var small = new List<double>();
        for (var run = 0; run < SmallRounds; run++)
        {
            var input = BulkEvent.Make(BulkRow.Make(run, SmallRows));
            small.Add(await stage.Ours.IngestAsync(input, 2, cancellation));
        }

        return Report(times.ToDictionary(t => t.Key, t => Median(t.Value)), Median(small));
    }

    private static Report Report(Dictionary<string, double> median, double small)
    {
        string[] Row(string name, string key, string goal) =>
            [name, Text(median[key], "0"), Text(Rows / median[key] * 1000, "0"), goal];
        double Against(string peer, string ours) => median[peer] / median[ours];
        string Least(double limit, string peer, string ours) =>
            Goal.AtLeast(limit, $"{Text(limit, "0.##")} ×, it is {Text(Against(peer, ours), "0.00")} ×",
                Against(peer, ours));
        const string Ours = "event, two connections";
        return new Report(
            $"{Rows} photos into one table with all its indexes: ms and rows per second, medians",
            ["", "ms", "rows/s", "goal: ours against it"],
            [
                Row("ours: event bytes to rows, timelines, jobs, looks; two connections", Ours, ""),
                Row("ours, one connection", "event, one connection", ""),
                Row("`psql \\copy` binary, rows alone", "psql", Least(0.6, "psql", Ours)),
                Row("the same of photos that are completed, which three indexes leave out", "psql completed", ""),
                Row("asyncpg COPY of CSV, rows alone", "asyncpg", Least(1.8, "asyncpg", Ours)),
                Row("EF Core 10 AddRange, one SaveChanges", "ef", Least(5, "ef", Ours)),
                Row("EF Core 10, SaveChanges for each", "ef one by one", Least(50, "ef one by one", Ours)),
                Row("ours, completed photos by the repository, one connection", "rows alone, one connection",
                    "of psql's rate: " + Least(0.95, "psql completed", "rows alone, one connection")),
                Row("ours, completed photos by the repository, two connections", "rows alone, two connections",
                    "of psql's rate: " + Least(1.2, "psql completed", "rows alone, two connections")),
                ["our CPU for a row there, µs", Text(median["cpu"], "0.00"), "",
                    Goal.AtMost(1.5, "1.5 µs", median["cpu"])],
                [$"ours, {SmallRows} photos, p50", Text(small, "0.0"), Text(SmallRows / small * 1000, "0"),
                    Goal.AtMost(8, "8 ms", small)],
            ],
            $"{Rounds} rounds in turns, each into the emptied table, behind {Warming} to warm up; server and clients "
            + $"share the machine; EF one by one: {RowsOneByOne} rows, twice");
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static string Url(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return $"postgresql://{settings.Username}:{Uri.EscapeDataString(settings.Password ?? "")}"
            + $"@{settings.Host}:{settings.Port}/{settings.Database}";
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Stage(string Database, BulkTable Table, BulkOurs Ours, TemporaryFolder Folder)
    {
        public Task EmptyAsync(CancellationToken cancellation) => Table.EmptyAsync(cancellation);

        /// <summary>Each photo has its row, its timeline and its job.</summary>
        public async Task CheckAsync(int rows, CancellationToken cancellation)
        {
            foreach (var table in (string[])["photos", "photo_events", "outbox where queue = 'detection'"])
            {
                if (await Table.CountAsync(table, cancellation) is var count && count != rows)
                {
                    throw new BenchException($"There are {count} rows in {table} instead of {rows}.");
                }
            }
        }
    }
}
