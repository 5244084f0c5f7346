namespace PhotoLambda.Bench;

/// <summary>
/// Each function started again and again under a Runtime API of the bench's own, in each flavour in turn, until its
/// first response, with the rows that it takes from a real PostgreSQL and a local cloud's store and queues.
/// </summary>
internal static class ColdStartBench
{
    private const int UsualStarts = 20;
    private const int WarmUp = 100;
    private const int Warm = 100;

    // Names of functions, of flavours, or of both, separated by commas.
    private static readonly string[] Only = (Setting("PHOTOLAMBDA_BENCH_ONLY") ?? "").Split(',');

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var starts = int.Parse(Setting("PHOTOLAMBDA_BENCH_STARTS") ?? $"{UsualStarts}", null);
        using var folder = new TemporaryFolder();
        // Two builds of three flavours.
        var photos = 6 * (starts + 1 + WarmUp + Warm);
        await using var stage = await ColdStage.StartAsync(folder, photos, cancellation);
        var programs = await BuiltAsync(stage, cancellation);
        for (var round = -1; round < starts; round++)
        {
            foreach (var program in programs)
            {
                // The first start of each is not counted: its files come from the disk.
                await program.StartAsync(round >= 0, round == starts - 1 ? WarmUp : 0, Warm, cancellation);
            }
        }

        return new Report(
            "Cold starts, milliseconds (medians)",
            ColdSamples.Columns,
            [.. programs.Select(p => p.Samples.Row())],
            $"{starts} starts of each in turn after one that is not counted; each first response has its rows in "
            + $"PostgreSQL; warm: {Warm} invocations after {WarmUp} of the last process; resident is the most until "
            + "the first response, files in the page cache");
    }

    private static async Task<List<ColdProgram>> BuiltAsync(ColdStage stage, CancellationToken cancellation)
    {
        var programs = new List<ColdProgram>();
        foreach (var function in Chosen(stage.Functions, f => f.Name))
        {
            foreach (var flavour in Chosen(ColdFlavour.All, f => f.Name))
            {
                if (await ColdBuild.BuildAsync(flavour, function.Project, cancellation) is not { } made)
                {
                    await Console.Error.WriteLineAsync(
                        $"{flavour.Name} is left out: what compiles it cannot be had from the package sources.");
                    continue;
                }

                programs.Add(new ColdProgram(stage, function, flavour, made, flavour.Name));
                var project = Path.GetFileName(function.Project);
                var name = Path.GetFileName(Path.GetDirectoryName(made))!;
                if (Setting("PHOTOLAMBDA_BENCH_BESIDE") is { } other
                    && Path.Combine(other, name, project) is var beside && Directory.Exists(beside))
                {
                    programs.Add(new ColdProgram(stage, function, flavour, beside, $"{flavour.Name}, other build"));
                }
            }
        }

        return programs;
    }

    private static IEnumerable<T> Chosen<T>(IReadOnlyList<T> all, Func<T, string> name) =>
        all.Any(item => Only.Contains(name(item))) ? all.Where(item => Only.Contains(name(item))) : all;

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
