namespace PhotoLambda.Bench;

/// <summary>From starting the built local cloud to the first 200 of <c>/readyz</c>.</summary>
internal static class StartBench
{
    private const int Times = 5;
    private const double Seconds = 5;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var first = new Samples();
        var later = new Samples();
        // Not counted: programs and libraries come from the disk, PostgreSQL perhaps from npm.
        using (var folder = new TemporaryFolder())
        {
            await MeasureAsync(folder, new Samples(), cancellation);
        }

        for (var i = 0; i < Times; i++)
        {
            using var folder = new TemporaryFolder();
            await MeasureAsync(folder, first, cancellation);
            await MeasureAsync(folder, later, cancellation);
        }

        return new Report(
            "Start of the local cloud to ready, seconds",
            Samples.Columns,
            [
                first.Row("first start, with initdb and migrations", "0.00", Goal.AtMost(Seconds, "5 s", first.Max)),
                later.Row("later start on the same data", "0.00", Goal.AtMost(Seconds, "5 s", later.Max)),
            ],
            "The goal is held against the slowest start; files were in the page cache");
    }

    private static async Task MeasureAsync(TemporaryFolder folder, Samples samples, CancellationToken cancellation)
    {
        await using var cloud = await LocalCloudProcess.StartAsync(folder.Below("data"), cancellation);
        samples.Add(cloud.StartTime.TotalSeconds);
    }
}
