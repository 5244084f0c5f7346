using System.Globalization;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Postgres;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Bench;

/// <summary>What thumbnails of a large photo take, and what hostile files do to who decodes them.</summary>
internal static class ThumbnailsBench
{
    private const double Milliseconds = 80;
    private const double Megabytes = 120;
    private const string Sharp = "sharp@0.35.5";

    /// <summary>Of the function in template.yaml.</summary>
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["DOTNET_GCgen0size"] = "200000",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["MALLOC_MMAP_THRESHOLD_"] = "131072",
    };

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var library = await NpmLibvips.GetAsync(Console.Error.WriteLine, cancellation)
            ?? throw new BenchException("Without libvips there is nothing to measure.");
        using var folder = new TemporaryFolder();
        var photo = folder.Below("photo.jpg");
        await File.WriteAllBytesAsync(photo, Enlarged(library), cancellation);
        var rows = new List<string[]>();
        foreach (var sizes in new[] { "160", "320", "160,320,1024" })
        {
            using var ours = Start(ThumbnailsRun.Command, library, photo, sizes);
            rows.AddRange(await RowsAsync(ours, $"{sizes} px: WebP and JPEG", sizes == "320", cancellation));
        }

        rows.AddRange(await PeerAsync(folder.Path, photo, cancellation));
        using var hostile = Start(HostileThumbnails.Command, library);
        rows.AddRange(HostileThumbnails.Rows(await hostile.LineAsync("found ", cancellation)));
        return new Report(
            $"Thumbnails of a JPEG of 24 megapixels and {new FileInfo(photo).Length / 1_000_000} MB, ms; and memory",
            Samples.Columns,
            rows,
            "The file in memory before and the pictures in memory after; each row a process of its own with the "
            + "settings of the function, ours libvips' one thread, sharp's too; the first picture, which loads the "
            + "library, is the max; 1 MB = 1,000,000 bytes");
    }

    private static Child Start(params string[] arguments) =>
        Child.Start(typeof(ThumbnailsBench).Assembly.Location, arguments, Settings);

    private static async Task<IEnumerable<string[]>> RowsAsync(
        Child child, string name, bool hasGoal, CancellationToken cancellation)
    {
        var found = (await child.LineAsync("made ", cancellation)).Split(' ')
            .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var samples = new Samples();
        Array.ForEach(found[..^1], samples.Add);
        return
        [
            samples.Row($"{name}, ms", "0.0", hasGoal ? Goal.AtMost(Milliseconds, "80 ms p50", samples.Median) : ""),
            Memory("the process, resident at most, MB", found[^1], hasGoal),
        ];
    }

    private static async Task<IEnumerable<string[]>> PeerAsync(
        string folder, string photo, CancellationToken cancellation)
    {
        string[] line =
        [
            "npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", Sharp,
        ];
        if (!(await Command.RunAsync(folder, line, cancellation)).Succeeded)
        {
            await Console.Error.WriteLineAsync("sharp left out; to have it: Node.js 20, npm and its registry");
            return [];
        }

        using var node = Child.StartProgram(
            "node", [Python.Script("thumbnails.mjs"), folder, photo, "320", $"{ThumbnailsRun.Count}"], Settings);
        return await RowsAsync(node, $"320 px: WebP and JPEG by {Sharp.Replace('@', ' ')}", false, cancellation);
    }

    private static unsafe byte[] Enlarged(string library)
    {
        VipsLibrary.Load(library);
        var file = File.ReadAllBytes(Release.Photo);
        fixed (byte* bytes = file)
        {
            using var enlarge = new VipsOperation(
                "thumbnail_buffer", ("width", "6000"), ("height", "4000"), ("size", "force"));
            using var image = enlarge.WithBytes("buffer", bytes, file.Length).Image();
            using var save = new VipsOperation("jpegsave_buffer", ("Q", "92"));
            return save.WithImage("in", image).Bytes();
        }
    }

    private static string[] Memory(string name, double megabytes, bool hasGoal) =>
    [
        name, "", "", "", "", megabytes.ToString("0", CultureInfo.InvariantCulture),
        hasGoal ? Goal.AtMost(Megabytes, "120 MB", megabytes) : "",
    ];
}
