using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>What the function processes hold in memory after some work.</summary>
internal static class MemoryBench
{
    private const int Uploads = 200;
    private const int ThousandsInBulk = 10;
    private const int AtOnce = 4;
    private const double Megabytes = 100;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var cloud = await LocalCloudProcess.StartAsync(folder.Below("data"), cancellation);
        using var client = await ApiClient.SignInAsync(cloud.Api, cancellation);
        var photo = await File.ReadAllBytesAsync(Release.Photo, cancellation);
        await Parallel.ForAsync(
            0,
            Uploads,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (_, stop) => await client.UploadAsync(photo, stop));
        await client.RegisterAsync(ThousandsInBulk, cancellation);

        return new Report(
            $"Resident memory of the functions after {Uploads} uploads and {ThousandsInBulk},000 rows in bulk, MB",
            ["process", "now (VmRSS)", "of it files", "most (VmHWM)", "goal"],
            [
                .. Rows(cloud, "Functions.UploadUrl"),
                .. Rows(cloud, "Functions.OnObjectCreated"),
                .. Rows(cloud, "Functions.BulkIngest"),
                Row("the local cloud itself", ResidentMemory.Of(cloud.Id), hasGoal: false),
            ],
            $"examples/photo.jpg, {AtOnce} uploads at a time; the goal is held against the most; "
            + "1 MB = 1,000,000 bytes; files are programs and libraries, of which there is one copy for all processes");
    }

    private static IEnumerable<string[]> Rows(LocalCloudProcess cloud, string function)
    {
        var instances = ResidentMemory.ChildrenOf(cloud.Id, function + ".dll");
        return instances.Count > 0
            ? instances.Select((memory, i) => Row($"{function}, instance {i + 1}", memory, hasGoal: true))
            : throw new BenchException($"The local cloud runs no process of {function}.");
    }

    private static string[] Row(string name, ResidentMemory memory, bool hasGoal) =>
    [
        name,
        Text(memory.Now),
        Text(memory.Files),
        Text(memory.Most),
        hasGoal ? Goal.AtMost(Megabytes, "100 MB", memory.Most) : "",
    ];

    private static string Text(double megabytes) => megabytes.ToString("0.0", CultureInfo.InvariantCulture);
}
